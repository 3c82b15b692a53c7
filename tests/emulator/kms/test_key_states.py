"""KMS developer guide, key-state: which operation fails with which error in which state of a key."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.server import MiniStack

DISABLED, INVALID = "DisabledException", "KMSInvalidStateException"
SIGNED = {"Message": b"m" * 32, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, '
    '"Action": "kms:*", "Resource": "*"}]}'
)

# operation, parameters -> in the states Enabled, Disabled and PendingDeletion
TABLE = [
    ("cancel_key_deletion", {}, INVALID, INVALID, None),
    ("create_alias", {}, None, None, INVALID),
    (
        "create_grant",
        {"GranteePrincipal": "arn:aws:iam::000000000000:root", "Operations": ["Sign"]},
        None,
        DISABLED,
        INVALID,
    ),
    ("delete_alias", {}, None, None, None),
    ("describe_key", {}, None, None, None),
    ("disable_key", {}, None, None, INVALID),
    ("enable_key", {}, None, None, INVALID),
    ("get_key_policy", {"PolicyName": "default"}, None, None, None),
    ("get_public_key", {}, None, DISABLED, INVALID),
    ("list_aliases", {}, None, None, None),
    ("list_grants", {}, None, None, None),
    ("list_key_policies", {}, None, None, None),
    ("list_resource_tags", {}, None, None, None),
    ("put_key_policy", {"PolicyName": "default", "Policy": POLICY}, None, None, None),
    ("replicate_key", {"ReplicaRegion": "us-west-2"}, None, DISABLED, INVALID),
    ("schedule_key_deletion", {"PendingWindowInDays": 7}, None, None, INVALID),
    ("sign", SIGNED, None, DISABLED, INVALID),
    ("tag_resource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}, None, None, INVALID),
    ("untag_resource", {"TagKeys": ["a"]}, None, None, INVALID),
    ("update_alias", {}, None, None, INVALID),
    ("update_key_description", {"Description": "d"}, None, None, INVALID),
    ("verify", SIGNED, None, DISABLED, INVALID),
]


@pytest.fixture(scope="module")
def kms(ministack: MiniStack) -> Any:
    """Untyped, since operations are called by name."""
    return ministack.region("eu-west-1").kms


CHANGING = {
    "cancel_key_deletion",
    "delete_alias",
    "disable_key",
    "enable_key",
    "replicate_key",
    "schedule_key_deletion",
}
"""After these a key is not what the next test expects."""


@pytest.fixture(scope="module")
def keys(kms: Any) -> dict[str, tuple[str, bytes]]:
    """A key in each state."""
    return {state: _key(kms, state) for state in ("Enabled", "Disabled", "PendingDeletion")}


def _key(kms: Any, state: str) -> tuple[str, bytes]:
    """A new key in this state, with an alias, and a signature of it."""
    key_id = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/of-{key_id}", TargetKeyId=key_id)
    signature = kms.sign(KeyId=key_id, **SIGNED)["Signature"]
    if state == "Disabled":
        kms.disable_key(KeyId=key_id)
    if state == "PendingDeletion":
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == state
    return key_id, signature


def _call(kms: Any, operation: str, key: tuple[str, bytes], parameters: dict[str, Any]) -> str | None:
    """The code of the error, if there is one."""
    key_id, signature = key
    named: dict[str, dict[str, Any]] = {
        "create_alias": {"AliasName": f"alias/new-{key_id}", "TargetKeyId": key_id},
        "delete_alias": {"AliasName": f"alias/of-{key_id}"},
        "update_alias": {"AliasName": f"alias/of-{key_id}", "TargetKeyId": key_id},
        "verify": {"KeyId": key_id, "Signature": signature},
    }
    try:
        getattr(kms, operation)(**named.get(operation, {"KeyId": key_id}), **parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None


@pytest.mark.parametrize(("operation", "parameters", "enabled", "disabled", "deleted"), TABLE)
def test_key_state(
    kms: Any,
    keys: dict[str, tuple[str, bytes]],
    operation: str,
    parameters: dict[str, Any],
    enabled: str | None,
    disabled: str | None,
    deleted: str | None,
) -> None:
    expected = {"Enabled": enabled, "Disabled": disabled, "PendingDeletion": deleted}
    if operation in CHANGING:
        keys = {state: _key(kms, state) for state in expected}

    assert {state: _call(kms, operation, keys[state], parameters) for state in expected} == expected


def test_an_alias_leaves_a_key_that_is_pending_deletion(kms: Any) -> None:
    old, _ = _key(kms, "PendingDeletion")
    new, _ = _key(kms, "Enabled")

    kms.update_alias(AliasName=f"alias/of-{old}", TargetKeyId=new)

    assert kms.describe_key(KeyId=f"alias/of-{old}")["KeyMetadata"]["KeyId"] == new


def test_a_primary_key_that_waits_for_its_replicas_is_not_used(kms: Any) -> None:
    key = _key(kms, "Enabled")
    kms.replicate_key(KeyId=key[0], ReplicaRegion="us-west-2")
    kms.schedule_key_deletion(KeyId=key[0], PendingWindowInDays=7)

    assert kms.describe_key(KeyId=key[0])["KeyMetadata"]["KeyState"] == "PendingReplicaDeletion"
    assert _call(kms, "sign", key, SIGNED) == INVALID
    assert _call(kms, "get_public_key", key, {}) == INVALID


def test_a_key_whose_deletion_is_cancelled_is_disabled_until_it_is_enabled(kms: Any) -> None:
    key = _key(kms, "PendingDeletion")
    kms.cancel_key_deletion(KeyId=key[0])

    assert _call(kms, "get_public_key", key, {}) == DISABLED
    kms.enable_key(KeyId=key[0])
    assert _call(kms, "get_public_key", key, {}) is None


def test_the_error_names_the_key(kms: Any) -> None:
    key_id, _ = _key(kms, "Disabled")
    arn = kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]

    with pytest.raises(ClientError, match=rf"{arn} is disabled\."):
        kms.get_public_key(KeyId=f"alias/of-{key_id}")
