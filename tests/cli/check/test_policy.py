"""What in a policy is wider than kms-jwt writes it: nothing of ours, and each kind of what is."""

import json
import re
from typing import Any

import pytest

from cli.check.policy import KEY_ADMINISTRATION, allowing, key_faults, permission_faults, role_faults
from cli.check.stage_rows import LOGGED
from components import AuthorizerRole, SigningKeys
from components.http_api.stage import ACCESS_LOG_FORMAT_BY_ISSUER
from components.kms.key_policy import _ADMINISTRATION, _RECOVERY
from components.kms.signing_keys import GenerationArgs
from components.testing import declare

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/a:*"
ROLE = "arn:aws:iam::123456789012:role/signer"
SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:api/authorizers/one"


def _document(**statement: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": KEY, **statement}}


def _faults(judge: Any, document: Any, *more: str) -> list[str]:
    return [fault for statement in allowing(document) for fault in judge(statement, *more)]


def test_no_role_of_ours_is_too_wide() -> None:
    declared = declare(
        lambda: AuthorizerRole(
            "role",
            log_group_name="/aws/lambda/a",
            kms_key_arns=[KEY],
            vpc=True,
            tracing=True,
            policy_statements=[{"actions": ["secretsmanager:GetSecretValue"], "resources": ["arn:aws:s3:::bucket/*"]}],
        )
    )
    policy = declared.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]

    assert len(list(allowing(policy))) == 5
    assert _faults(role_faults, policy) == []


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
    policies = [key.inputs["policy"] for key in declared.all("aws:kms/key:Key")]

    assert len(policies) == 4
    assert [_faults(key_faults, policy) for policy in policies] == [[]] * 4
    assert {*_ADMINISTRATION, *_RECOVERY} == KEY_ADMINISTRATION


def test_the_access_log_of_ours_is_the_one_that_is_expected() -> None:
    assert set(re.findall(r"\$context\.([\w.]+)", ACCESS_LOG_FORMAT_BY_ISSUER)) == LOGGED


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": "*", "Resource": "*"}, "allows *"),
        ({"Action": "kms:*"}, "allows kms:*"),
        ({"Action": ["kms:GetPublicKey", "kms:Sign"]}, "allows kms:Sign"),
        ({"Action": "KMS:Sign"}, "allows KMS:Sign"),
        ({"Resource": "*"}, "allows kms:GetPublicKey on *"),
        ({"Resource": [KEY, f"{KEY[:-4]}*"]}, f"allows kms:GetPublicKey on {KEY[:-4]}*"),
        ({"Action": "logs:PutLogEvents", "Resource": "*"}, "allows logs:PutLogEvents on *"),
        ({"Action": "logs:PutLogEvents", "Resource": f"{LOGS[:-3]}*:*"}, f"allows logs:PutLogEvents on {LOGS[:-3]}*:*"),
        ({"Action": "logs:*", "Resource": LOGS}, "allows logs:*"),
        ({"Action": "iam:PassRole", "Resource": ROLE}, "allows iam:PassRole"),
        ({"Action": "sts:AssumeRole", "Resource": ROLE}, "allows sts:AssumeRole"),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*"}, "allows s3:GetObject on arn:aws:s3:::*"),
        ({"Action": "ec2:RunInstances", "Resource": "*"}, "allows ec2:RunInstances on *"),
        ({"NotAction": "kms:Sign", "Action": []}, "allows everything but something"),
        ({"NotResource": KEY, "Resource": []}, "allows everything but something"),
    ],
)
def test_a_wider_role(statement: dict[str, Any], fault: str) -> None:
    assert _faults(role_faults, json.dumps(_document(**statement))) == [fault]


def test_what_is_denied_is_not_too_wide() -> None:
    assert _faults(role_faults, _document(Effect="Deny", Action="*", Resource="*")) == []
    assert _faults(role_faults, _document(Action="logs:PutLogEvents", Resource=LOGS)) == []


ALGORITHM = {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_512"}}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Principal": "*", "Condition": ALGORITHM}, "allows kms:Sign to everybody"),
        ({"Principal": {"AWS": ["*", ROLE]}, "Condition": ALGORITHM}, "allows kms:Sign to everybody"),
        ({}, f"allows kms:Sign with any algorithm to AWS: {ROLE}"),
        ({"Action": "kms:*"}, f"allows kms:* to AWS: {ROLE}"),
        ({"Action": ["kms:DescribeKey", "kms:CreateGrant"]}, f"allows kms:CreateGrant to AWS: {ROLE}"),
        ({"NotPrincipal": {"AWS": ROLE}, "Condition": ALGORITHM}, "allows everything but something"),
    ],
)
def test_a_wider_key_policy(statement: dict[str, Any], fault: str) -> None:
    assert _faults(key_faults, _document(**{"Principal": {"AWS": ROLE}, "Action": "kms:Sign", **statement})) == [fault]


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
