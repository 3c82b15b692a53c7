"""KMS developer guide, key-policy-overview; KMS API reference, CreateKey, PutKeyPolicy and ReplicateKey."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.server import MiniStack

from ..principals import client_of, document, new_role

ROOT = "arn:aws:iam::000000000000:root"
HERE = "arn:aws:iam::000000000000:"
MALFORMED = "MalformedPolicyDocumentException"


def _allow(**changes: Any) -> dict[str, Any]:
    """A statement; an element that is ``None`` is left out."""
    whole = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*", **changes}
    return {name: value for name, value in whole.items() if value is not None}


def _with(principal: Any) -> str:
    return document(_allow(), _allow(Principal=principal, Action="kms:Sign"))


@pytest.fixture(scope="module")
def kms(ministack: MiniStack) -> Iterator[Any]:
    """A client that leaves it to KMS to judge what it sends."""
    with client_of(ministack.region("eu-west-1"), "kms", checked=False) as client:
        yield client


@pytest.fixture(scope="module")
def signer(ministack: MiniStack) -> str:
    """The ARN of a role."""
    return new_role(ministack.client("iam"), "policy-signer", "lambda.amazonaws.com")


@pytest.fixture(scope="module")
def key(kms: Any) -> str:
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", MultiRegion=True)
    return str(made["KeyMetadata"]["KeyId"])


def _error(kms: Any, key: str, policy: str) -> tuple[str, str]:
    """Code and message of PutKeyPolicy's error, or two empty strings. The key keeps what it had."""
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    try:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    except ClientError as error:
        assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == before
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", ""


@pytest.mark.parametrize(
    ("policy", "code", "said"),
    [
        ("{", MALFORMED, "is not JSON"),
        ("[]", MALFORMED, "is not a JSON object"),
        ('{"Version": "2012-10-17"}', MALFORMED, "has no Statement"),
        ('{"Version": "2020-01-01", "Statement": []}', MALFORMED, "write 2012-10-17"),
        ('{"Statements": []}', MALFORMED, "has no element Statements"),
        (json.dumps({"Statement": [_allow()]}), MALFORMED, "write 2012-10-17"),
        (json.dumps({"Version": "2012-10-17", "Statement": ["Allow"]}), MALFORMED, "Statement 0 is not a JSON object"),
        (document(_allow(), _allow(Effect="allow")), MALFORMED, "Statement 1 has the Effect 'allow'"),
        (document(_allow(Actions="kms:Sign")), MALFORMED, "has no element Actions"),
        (document(_allow(NotAction="kms:Sign")), MALFORMED, "Action and NotAction"),
        (document(_allow(Action=[])), MALFORMED, "The Action of Statement 0"),
        (document(_allow(Resource=1)), MALFORMED, "The Resource of Statement 0"),
        (document(_allow(Principal=None)), MALFORMED, "has no Principal"),
        (document(_allow(Principal={})), MALFORMED, "has no Principal"),
        (document(_allow(Principal=ROOT)), MALFORMED, "has no Principal"),
        (document(_allow(Principal={"AWS": []})), MALFORMED, "invalid principals: AWS"),
        (document(_allow(Principal={"Aws": ROOT})), MALFORMED, "invalid principals: Aws"),
        (document(_allow(Principal={"Service": "s3"})), MALFORMED, "invalid principals: s3"),
        (document(_allow(Principal=None, NotPrincipal={"AWS": ROOT})), "UnsupportedOperationException", "NotPrincipal"),
        (document(_allow(Condition={"Equals": {"aws:PrincipalArn": ROOT}})), MALFORMED, "operator Equals, which IAM"),
        (document(_allow(Condition={"NullIfExists": {"a": "true"}})), MALFORMED, "operator NullIfExists"),
        (document(_allow(Condition={"StringEquals": "a"})), MALFORMED, "no condition keys under StringEquals"),
        (document(_allow(Condition=[])), MALFORMED, "a Condition that is not"),
        (document(_allow(Sid="x" * 32768)), "LimitExceededException", "at most 32768 bytes"),
        (document(_allow(Sid="x")).replace('"x"', '"\N{EURO SIGN}"'), "ValidationException", "'policy'"),
    ],
)
def test_a_policy_that_is_not_one(kms: Any, key: str, policy: str, code: str, said: str) -> None:
    found, message = _error(kms, key, policy)

    assert (found, said in message) == (code, True), message


@pytest.mark.parametrize(
    "principal",
    [
        f"{HERE}role/policy-singer",
        f"{HERE}role/teams/policy-signer",  # it has no path
        f"{HERE}role/policy-*",
        f"{HERE}user/nobody",
        f"{HERE}group/all",
        "arn:aws:sts::000000000000:assumed-role/policy-singer/a",
        "arn:aws:iam::*:root",
        "AROAEXAMPLEEXAMPLEEXA",
        "policy-signer",
    ],
)
def test_a_principal_that_does_not_exist(kms: Any, key: str, signer: str, principal: str) -> None:
    code, message = _error(kms, key, _with({"AWS": [signer, principal]}))

    assert code == MALFORMED
    assert message.startswith(
        f"Policy contains a statement with one or more invalid principals: {principal} in Statement 1 "
    )


def test_what_is_a_policy(kms: Any, key: str, signer: str) -> None:
    principals = ["*", signer, "000000000000", ROOT, "arn:aws:iam::111111111111:role/theirs"]
    session = signer.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/one"
    for policy in (
        _with({"AWS": principals}),
        _with({"AWS": session}),
        _with({"Service": "s3.amazonaws.com", "AWS": signer}),
        _with("*"),
        json.dumps({"Version": "2008-10-17", "Id": "one", "Statement": _allow()}),
        document(_allow(Condition={"ForAnyValue:StringLikeIfExists": {"kms:ResourceAliases": "alias/*"}})),
        document(_allow(Condition={"Null": {"aws:TokenIssueTime": "true"}})),
    ):
        assert _error(kms, key, policy) == ("", "")
        assert json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == json.loads(policy)


def test_keys_and_replicas_are_created_with_policies_only(
    kms: Any, ministack: MiniStack, key: str, signer: str
) -> None:
    wrong, right = _with({"AWS": f"{HERE}role/nobody"}), _with({"AWS": signer})
    keys = len(kms.list_keys()["Keys"])
    for create, names in (
        (kms.create_key, {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
        (kms.create_key, {"KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY"}),
        (kms.replicate_key, {"KeyId": key, "ReplicaRegion": "us-west-2"}),
    ):
        with pytest.raises(ClientError, match=MALFORMED):
            create(Policy=wrong, **names)
    assert len(kms.list_keys()["Keys"]) == keys

    made = kms.replicate_key(KeyId=key, ReplicaRegion="us-west-2", Policy=right)

    assert (
        made["ReplicaPolicy"]
        == ministack.region("us-west-2").kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        == right
    )
