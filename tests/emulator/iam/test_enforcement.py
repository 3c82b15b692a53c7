"""IAM is enforced: identity policies, key policies and execution roles. IAM user guide, reference_policies_evaluation-logic."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws import Aws
from emulator.server import MiniStack

from ..principals import client_of, document, session_of

ACCOUNT = "000000000000"
DIGEST = {"Message": b"m" * 32, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}


@pytest.fixture(scope="module")
def aws(ministack: MiniStack) -> Aws:
    return ministack.region("eu-west-1")


@pytest.fixture
def role(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Makes a role that the account may assume, and which the statements allow something."""
    with ExitStack() as cleanup:

        def make(*statements: dict[str, Any], name: str = "one") -> str:
            name = f"{name}-{request.node.name}"[:64]
            cleanup.callback(aws.iam.delete_role, RoleName=name)
            arn = _new_role(aws, name)
            if statements:
                aws.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
                cleanup.callback(aws.iam.delete_role_policy, RoleName=name, PolicyName="p")
            return arn

        yield make


@pytest.fixture(scope="module")
def caller(aws: Aws) -> Iterator[Any]:
    """A client of KMS for a session of a role that no policy but those of keys allows anything."""
    with client_of(aws, "kms", session_of(aws, _new_role(aws, "iam-tests-caller"))) as client:
        yield client


def _new_role(aws: Aws, name: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    made = aws.iam.create_role(RoleName=name, Path="/teams/", AssumeRolePolicyDocument=document(trust))
    return made["Role"]["Arn"]


@pytest.fixture
def kms_of(aws: Aws) -> Iterator[Callable[[str], Any]]:
    """A client of KMS for a session of a role."""
    with ExitStack() as stack:
        yield lambda arn: stack.enter_context(client_of(aws, "kms", session_of(aws, arn)))


def _key(aws: Aws, *statements: dict[str, Any], spec: str = "ECC_NIST_P256") -> str:
    """The ARN of a key, with the policy that KMS gives it, or with these statements."""
    kms: Any = aws.kms
    policy = {"Policy": document(*statements)} if statements else {}
    return str(kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY", **policy)["KeyMetadata"]["Arn"])


def _allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _denied(call: Callable[..., object], **parameters: Any) -> bool:
    try:
        call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            return True
        raise
    return False


def test_a_role_may_do_what_its_policy_allows_and_nothing_else(
    aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]
) -> None:
    key, other = _key(aws), _key(aws)
    kms = kms_of(role(_allow("kms:Sign", key)))

    assert not _denied(kms.sign, KeyId=key, **DIGEST)
    assert _denied(kms.sign, KeyId=other, **DIGEST)
    assert _denied(kms.get_public_key, KeyId=key)


def test_a_principal_outside_the_key_policy_does_not_sign(
    aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]
) -> None:
    signer, other = role(name="signer"), role(_allow("kms:*", "*"), name="other")
    key = _key(aws, _allow("kms:Sign", "*", Principal={"AWS": signer}))

    assert not _denied(kms_of(signer).sign, KeyId=key, **DIGEST)
    assert _denied(kms_of(other).sign, KeyId=key, **DIGEST)
    assert _denied(aws.kms.sign, KeyId=key, **DIGEST)  # nor does the account's root user


def test_a_key_that_is_named_by_its_alias_is_judged_by_its_arn(
    aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]
) -> None:
    key = _key(aws)
    alias = f"alias/of-{key.rpartition('/')[2]}"
    aws.kms.create_alias(AliasName=alias, TargetKeyId=key)
    by_key, by_alias = (
        role(_allow("kms:Sign", key), name="key"),
        role(_allow("kms:Sign", f"arn:*:{alias}"), name="alias"),
    )

    assert not _denied(kms_of(by_key).sign, KeyId=alias, **DIGEST)
    assert _denied(kms_of(by_alias).sign, KeyId=alias, **DIGEST)


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256"}}, True),
        ({"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_384"}}, False),
        ({"StringEquals": {"kms:MessageType": "DIGEST"}}, True),
        ({"StringEquals": {"kms:MessageType": "RAW"}}, False),
        ({"StringEquals": {"kms:KeySpec": "ECC_NIST_P256"}}, True),
        ({"StringEquals": {"kms:KeyUsage": "ENCRYPT_DECRYPT"}}, False),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, True),
        ({"StringLike": {"kms:RequestAlias": "alias/*"}}, False),
        ({"Bool": {"kms:MultiRegion": "false"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/teams/iam-tests-caller"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/*"}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
    ],
)
def test_conditions(aws: Aws, caller: Any, condition: dict[str, Any], met: bool) -> None:
    key = _key(aws, _allow("kms:Sign", "*", Principal="*", Condition=condition))

    assert _denied(caller.sign, KeyId=key, **DIGEST) is not met


def test_a_grant_allows_its_operations_until_it_is_revoked(
    aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]
) -> None:
    """KMS developer guide, grants."""
    key, other, grantee = _key(aws), _key(aws), role(name="grantee")
    kms = kms_of(grantee)

    assert _denied(kms.sign, KeyId=key, **DIGEST)
    grant = aws.kms.create_grant(KeyId=key, GranteePrincipal=grantee, Operations=["Sign", "GetPublicKey"])["GrantId"]
    assert not _denied(kms.sign, KeyId=key, **DIGEST)
    assert not _denied(kms.get_public_key, KeyId=key)
    assert _denied(kms.describe_key, KeyId=key)
    assert _denied(kms.sign, KeyId=other, **DIGEST)
    assert _denied(kms_of(role(name="third")).sign, KeyId=key, **DIGEST)
    listed = aws.kms.list_grants(KeyId=key, GranteePrincipal=grantee)["Grants"]
    assert [found["GranteePrincipal"] for found in listed] == [grantee]
    aws.kms.revoke_grant(KeyId=key, GrantId=grant)
    assert _denied(kms.sign, KeyId=key, **DIGEST)


def test_a_denial_is_stronger_than_a_grant(aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]) -> None:
    grantee, by_identity = role(name="grantee"), role({**_allow("kms:Sign", "*"), "Effect": "Deny"}, name="denied")
    key = _key(
        aws,
        _allow("kms:*", "*", Principal={"AWS": ACCOUNT}),
        {**_allow("kms:Sign", "*", Principal={"AWS": grantee}), "Effect": "Deny"},
    )
    for principal in (grantee, by_identity):
        aws.kms.create_grant(KeyId=key, GranteePrincipal=principal, Operations=["Sign"])
        assert _denied(kms_of(principal).sign, KeyId=key, **DIGEST)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/nobody"}, "InvalidArnException"),
        ({"Operations": ["Sign", "CreateGrant"]}, "UnsupportedOperationException"),
        ({"RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:root"}, "UnsupportedOperationException"),
    ],
)
def test_a_grant_that_is_not_evaluated_is_refused(aws: Aws, changes: dict[str, Any], code: str) -> None:
    grant: Any = {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:root", "Operations": ["Sign"], **changes}

    with pytest.raises(ClientError, match=code):
        aws.kms.create_grant(KeyId=_key(aws), **grant)


def test_a_role_that_is_created_again_is_another_one(aws: Aws, kms_of: Callable[[str], Any]) -> None:
    """IAM user guide, reference_policies_elements_principal: policies keep the unique ID."""
    name = "iam-tests-again"
    role = _new_role(aws, name)
    key, granted = _key(aws, _allow("kms:Sign", "*", Principal={"AWS": [role]})), _key(aws)
    aws.kms.create_grant(KeyId=granted, GranteePrincipal=role, Operations=["Sign"])
    former = aws.iam.get_role(RoleName=name)["Role"]["RoleId"]
    assert [_denied(kms_of(role).sign, KeyId=arn, **DIGEST) for arn in (key, granted)] == [False, False]

    aws.iam.delete_role(RoleName=name)
    assert _new_role(aws, name) == role

    assert [_denied(kms_of(role).sign, KeyId=arn, **DIGEST) for arn in (key, granted)] == [True, True]
    policy = aws.kms.get_key_policy(KeyId=key)["Policy"]
    assert (former in policy, role in policy) == (True, False)
    with pytest.raises(ClientError, match="invalid principals"):
        aws.kms.put_key_policy(KeyId=key, Policy=policy)
    aws.kms.put_key_policy(KeyId=key, Policy=policy.replace(former, role))
    assert not _denied(kms_of(role).sign, KeyId=key, **DIGEST)


@pytest.mark.parametrize("missing", ["Action", "Resource"])
def test_a_statement_without_an_action_or_a_resource_has_no_effect(aws: Aws, caller: Any, missing: str) -> None:
    """KMS API reference, PutKeyPolicy."""
    whole = _allow("kms:Sign", "*", Principal="*")
    key = _key(aws, {name: value for name, value in whole.items() if name != missing})

    assert _denied(caller.sign, KeyId=key, **DIGEST)


def test_a_key_with_tags_needs_the_permission_for_tags(
    aws: Aws, role: Callable[..., str], kms_of: Callable[[str], Any]
) -> None:
    """KMS developer guide, tag-permissions."""
    create, keys = _allow("kms:CreateKey", "*"), "arn:aws:kms:eu-west-1:*:key/*"
    creates = kms_of(role(create, name="creates"))
    tags = kms_of(role(create, _allow("kms:TagResource", keys), name="tags"))
    key = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}

    assert not _denied(creates.create_key, **key)
    assert _denied(creates.create_key, Tags=[{"TagKey": "a", "TagValue": "b"}], **key)
    assert not _denied(tags.create_key, Tags=[{"TagKey": "a", "TagValue": "b"}], **key)
