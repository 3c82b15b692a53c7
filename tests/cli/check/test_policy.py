"""What in a policy is wider than kms-jwt writes it: nothing of ours, and each kind of what is."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from cli.check.function_policies import OwnResources, permission_faults, role_faults
from cli.check.key_policy import KEY_ADMINISTRATION, PolicyKey, grant_faults, key_faults
from cli.check.policy import allowing
from cli.check.stage_rows import LOGGED
from components import AuthorizerRole, SigningKeys
from components.http_api.stage import ACCESS_LOG_FORMAT_BY_ISSUER
from components.kms.generations import GenerationArgs
from components.kms.key_policy import _ADMINISTRATION, _RECOVERY
from components.testing import declare

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/a:*"
ROLE = "arn:aws:iam::123456789012:role/signer"
SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:api/authorizers/one"
OWN = OwnResources(LOGS.removesuffix(":*"), frozenset({KEY.rpartition("/")[2]}), frozenset())
ACTIVE = PolicyKey("one", "123456789012", "ECDSA_SHA_512", active=True)


def _document(**statement: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": KEY, **statement}}


def _faults(judge: Any, document: Any, *more: Any) -> list[str]:
    return [fault for statement in allowing(document) for fault in judge(statement, *more)]


def test_no_role_of_ours_is_too_wide() -> None:
    declared = declare(
        lambda: AuthorizerRole(
            "role",
            log_group_name="/aws/lambda/a",
            kms_key_arns=[KEY],
            vpc=True,
            tracing=True,
            policy_statements=[{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::bucket/*"]}],
        )
    )
    policies = [item.inputs["policy"] for item in declared.all("aws:iam/rolePolicy:RolePolicy")]

    assert sum(len(list(allowing(policy))) for policy in policies) == 5
    faults = [fault for policy in policies for fault in _faults(role_faults, policy, OWN)]
    assert faults == ["allows s3:GetObject on arn:aws:s3:::bucket/*"]
    own = replace(OWN, actions=frozenset({"s3:GetObject"}))
    assert [fault for policy in policies for fault in _faults(role_faults, policy, own)] == []


def test_a_role_may_read_its_own_denylist_and_no_other_object() -> None:
    declared = declare(lambda: AuthorizerRole("role", log_group_name="/aws/lambda/a", denylist_bucket="revoked"))
    policy = declared.only("aws:iam/rolePolicy:RolePolicy", "role-denylist").inputs["policy"]

    assert _faults(role_faults, policy, replace(OWN, denylist="revoked/denylist.json")) == []
    fault = "allows s3:GetObject on arn:aws:s3:::revoked/denylist.json"
    for denylist in ("", "another/denylist.json"):
        assert _faults(role_faults, policy, replace(OWN, denylist=denylist)) == [fault]


def test_no_key_policy_of_ours_is_too_wide() -> None:
    generations: list[GenerationArgs] = [
        {"name": "1", "retire_after": "2100-01-01T00:00:00Z"},
        {"name": "2"},
        {"name": "3"},
    ]
    declared = declare(
        lambda: (
            SigningKeys("open", generations=generations, active="2"),
            SigningKeys("named", signers=[ROLE], administrators=[f"{ROLE}s"], readers=[f"{ROLE}r"]),
        )
    )
    policies = {key.name: key.inputs["policy"] for key in declared.all("aws:kms/key:Key")}

    assert len(policies) == 4
    for name, policy in policies.items():
        key = replace(ACTIVE, active=name in ("open-key-2", "named-key-1"))
        assert _faults(key_faults, policy, key) == [], name
    assert {*_ADMINISTRATION, *_RECOVERY} == KEY_ADMINISTRATION


def test_the_access_log_of_ours_is_the_one_that_is_expected() -> None:
    assert set(re.findall(r"\$context\.([\w.]+)", ACCESS_LOG_FORMAT_BY_ISSUER)) == LOGGED


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": "*", "Resource": "*"}, "allows * on *"),
        ({"Action": "kms:*"}, f"allows kms:* on {KEY}"),
        ({"Action": ["kms:GetPublicKey", "kms:Sign"]}, f"allows kms:Sign on {KEY}"),
        ({"Resource": "*"}, "allows kms:GetPublicKey on *"),
        ({"Resource": [KEY, f"{KEY[:-4]}*"]}, f"allows kms:GetPublicKey on {KEY[:-4]}*"),
        ({"Resource": f"{KEY[:-4]}0000"}, f"allows kms:GetPublicKey on {KEY[:-4]}0000"),
        ({"Action": "logs:PutLogEvents", "Resource": "*"}, "allows logs:PutLogEvents on *"),
        ({"Action": "logs:PutLogEvents", "Resource": f"{LOGS[:-2]}b:*"}, f"allows logs:PutLogEvents on {LOGS[:-2]}b:*"),
        ({"Action": "logs:DeleteLogGroup", "Resource": LOGS}, f"allows logs:DeleteLogGroup on {LOGS}"),
        ({"Action": "iam:PassRole", "Resource": ROLE}, f"allows iam:PassRole on {ROLE}"),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/*"}, "allows s3:GetObject on arn:aws:s3:::*/*"),
        ({"Action": "ec2:RunInstances", "Resource": "*"}, "allows ec2:RunInstances on *"),
        ({"NotAction": "kms:Sign", "Action": []}, "allows everything but something"),
        ({"NotResource": KEY, "Resource": []}, "allows everything but something"),
    ],
)
def test_a_wider_role(statement: dict[str, Any], fault: str) -> None:
    assert _faults(role_faults, json.dumps(_document(**statement)), OWN) == [fault]


def test_what_is_denied_is_not_too_wide() -> None:
    assert _faults(role_faults, _document(Effect="Deny", Action="*", Resource="*"), OWN) == []
    assert _faults(role_faults, _document(Action="logs:PutLogEvents", Resource=LOGS), OWN) == []


ALGORITHM = {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_512"}}
OTHERS = "arn:aws:iam::999999999999:root"


def _by(kind: str, principal: str, action: str = "kms:PutKeyPolicy") -> dict[str, Any]:
    return {"Principal": {kind: principal}, "Action": action, "Condition": ALGORITHM}


def _with(algorithm: object) -> dict[str, Any]:
    return {"Condition": {"StringEquals": {"kms:SigningAlgorithm": algorithm}}}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Principal": "*", "Condition": ALGORITHM}, "allows kms:Sign to *"),
        ({"Principal": {"AWS": ["*", ROLE]}, "Condition": ALGORITHM}, "allows kms:Sign to AWS: *"),
        (_by("AWS", OTHERS, "kms:Sign"), f"allows kms:Sign to AWS: {OTHERS}"),
        (_by("AWS", "999999999999"), "allows kms:PutKeyPolicy to AWS: 999999999999"),
        (_by("AWS", "arn:aws:iam::*:root"), "allows kms:PutKeyPolicy to AWS: arn:aws:iam::*:root"),
        (_by("Service", "ec2.amazonaws.com"), "allows kms:PutKeyPolicy to Service: ec2.amazonaws.com"),
        ({}, f"allows kms:Sign with any algorithm to AWS: {ROLE}"),
        (_with(["A", "B"]), f"allows kms:Sign with A, B to AWS: {ROLE}"),
        (_with("ECDSA_SHA_256"), "allows kms:Sign with ECDSA_SHA_256, which is not its own"),
        ({"Action": "kms:*"}, f"allows kms:* to AWS: {ROLE}"),
        ({"Action": ["kms:DescribeKey", "kms:CreateGrant"]}, f"allows kms:CreateGrant to AWS: {ROLE}"),
        ({"NotPrincipal": {"AWS": ROLE}, "Condition": ALGORITHM}, "allows everything but something"),
    ],
)
def test_a_wider_key_policy(statement: dict[str, Any], fault: str) -> None:
    policy = _document(**{"Principal": {"AWS": ROLE}, "Action": "kms:Sign", **statement})
    assert _faults(key_faults, policy, ACTIVE) == [fault]


def test_another_account_that_is_named_on_purpose() -> None:
    policy = _document(Principal={"AWS": OTHERS}, Action="kms:Sign", Condition=ALGORITHM)
    assert _faults(key_faults, policy, replace(ACTIVE, users=frozenset({OTHERS}))) == []


def test_a_key_that_does_not_sign_any_more_may_sign_until_a_date() -> None:
    retired, until = replace(ACTIVE, active=False), {"DateLessThan": {"aws:CurrentTime": "2100-01-01T00:00:00Z"}}
    policy = _document(Principal={"AWS": ROLE}, Action="kms:Sign", Condition=ALGORITHM)
    assert _faults(key_faults, policy, retired) == ["allows kms:Sign without an end, and is not the key that signs"]
    assert _faults(key_faults, _document(**{**policy["Statement"], "Condition": {**ALGORITHM, **until}}), retired) == []


def test_every_grant_is_too_wide() -> None:
    assert list(grant_faults([{"Operations": ["Sign"], "GranteePrincipal": OTHERS}])) == [
        f"has a grant: Sign to {OTHERS}"
    ]


FOR_ONE = {"ArnLike": {"AWS:SourceArn": SOURCE}}
GATEWAY = {"Service": "apigateway.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ({}, []),
        ({"Condition": {}}, ["allows every API of every account"]),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": f"{SOURCE[:-3]}*"}}}, [f"allows {SOURCE[:-3]}*"]),
        ({"Condition": {"ArnNotLike": {"AWS:SourceArn": SOURCE}}}, ["allows every API of every account"]),
        ({"Principal": "*"}, ["allows lambda:InvokeFunction to *"]),
        ({"Principal": {"AWS": ROLE}}, [f"allows lambda:InvokeFunction to AWS: {ROLE}"]),
        ({"Action": "lambda:*"}, ["allows lambda:*"]),
    ],
)
def test_a_wider_permission(statement: dict[str, Any], faults: list[str]) -> None:
    permission = {"Principal": GATEWAY, "Action": "lambda:InvokeFunction", "Condition": FOR_ONE, **statement}
    assert _faults(permission_faults, _document(**permission), SOURCE) == faults
