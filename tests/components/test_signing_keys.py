"""SigningKeys: the keys, their policy, their alias and their JWKS."""

import json
from typing import Any

import jwt
import pulumi
import pytest

from components import InvalidArgs, SigningKeys, SigningKeysArgs
from components.kms.algorithms import ALGORITHMS
from components.testing import ACCOUNT, PRIVATE_KEY, Recording, declare

ACCOUNT_ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def _arn(role: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{role}"


def test_the_default_is_one_p521_key_behind_an_alias() -> None:
    recording = declare(lambda: {"alias": SigningKeys("signing", {}).alias_name})

    key = recording.only("aws:kms/key:Key").inputs
    assert key["customerMasterKeySpec"] == "ECC_NIST_P521"
    assert key["keyUsage"] == "SIGN_VERIFY"
    assert key["deletionWindowInDays"] == 7
    assert key["multiRegion"] is False
    alias = recording.only("aws:kms/alias:Alias").inputs
    assert alias == {"name": "alias/shop-test-signing", "targetKeyId": "signing-key-1-id"}
    assert recording.outputs["alias"] == "alias/shop-test-signing"


def test_the_jwks_verifies_what_the_key_signs() -> None:
    recording = declare(lambda: {"jwks": SigningKeys("signing", {}).jwks})

    (jwk,) = json.loads(recording.outputs["jwks"])["keys"]
    assert jwk["kid"] == "signing-key-1-id"
    assert jwk["alg"] == "ES512"
    assert jwk["use"] == "sig"
    token = jwt.encode({"sub": "alice"}, PRIVATE_KEY, "ES512")
    assert jwt.decode(token, jwt.PyJWK(jwk), ["ES512"]) == {"sub": "alice"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_has_its_key_spec(algorithm: str) -> None:
    recording = declare(lambda: SigningKeys("signing", {"algorithm": algorithm}), preview=True)

    assert recording.only("aws:kms/key:Key").inputs["customerMasterKeySpec"] == ALGORITHMS[algorithm].key_spec


def test_several_generations_are_all_published_and_one_is_active() -> None:
    def program() -> dict[str, object]:
        keys = SigningKeys("signing", {"generations": [{"name": "a"}, {"name": "b"}], "active": "a"})
        return {"jwks": keys.jwks, "active": keys.active_key_arn, "arns": keys.key_arns}

    recording = declare(program)

    assert [key["kid"] for key in json.loads(recording.outputs["jwks"])["keys"]] == [
        "signing-key-a-id",
        "signing-key-b-id",
    ]
    assert recording.outputs["active"].endswith("key/signing-key-a-id")
    assert set(recording.outputs["arns"]) == {"a", "b"}
    assert recording.only("aws:kms/alias:Alias").inputs["targetKeyId"] == "signing-key-a-id"


def _policy(recording: Recording, name: str = "signing-key-1") -> dict[str, Any]:
    """The statements of a key's policy, by their ids."""
    document = json.loads(recording.only("aws:kms/key:Key", name).inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_the_account_decides_unless_principals_are_named() -> None:
    statements = _policy(declare(lambda: SigningKeys("signing", {})))

    assert [statement["Principal"] for statement in statements.values()] == 3 * [{"AWS": [ACCOUNT_ROOT]}]


def test_each_role_is_allowed_its_own_actions() -> None:
    args: SigningKeysArgs = {
        "administrators": [_arn("admin")],
        "signers": [_arn("signer")],
        "readers": [_arn("reader")],
    }
    statements = _policy(declare(lambda: SigningKeys("signing", args)))

    assert statements["Administer"]["Principal"] == {"AWS": [_arn("admin")]}
    assert statements["Sign"]["Principal"] == {"AWS": [_arn("signer")]}
    assert statements["Sign"]["Action"] == ["kms:Sign"]
    assert statements["Sign"]["Condition"] == {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_512"}}
    assert statements["ReadPublicKey"]["Principal"] == {"AWS": [_arn("reader"), _arn("signer")]}
    assert statements["ReadPublicKey"]["Action"] == ["kms:DescribeKey", "kms:GetPublicKey"]


def test_named_administrators_leave_a_way_back_for_the_root_user() -> None:
    """Roles and users can be deleted, and nobody but those named could replace the key policy."""
    args: SigningKeysArgs = {"administrators": [_arn("admin")]}
    recover = _policy(declare(lambda: SigningKeys("signing", args)))["Recover"]

    assert recover == {
        "Sid": "Recover",
        "Effect": "Allow",
        "Principal": {"AWS": [ACCOUNT_ROOT]},
        "Action": ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListKeyPolicies", "kms:PutKeyPolicy"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalType": "Account"}},  # no user or role that IAM policies allow
    }


def test_there_is_no_way_back_where_none_is_needed_or_wanted() -> None:
    only: SigningKeysArgs = {"administrators": [_arn("admin")], "administrators_only": True}

    assert "Recover" not in _policy(declare(lambda: SigningKeys("signing", {"readers": [_arn("reader")]})))
    assert "Recover" not in _policy(declare(lambda: SigningKeys("signing", only)))


def test_without_administrators_the_account_may_read_whoever_the_readers_are() -> None:
    administer = _policy(declare(lambda: SigningKeys("signing", {"readers": [_arn("reader")]})))["Administer"]

    assert administer["Principal"] == {"AWS": [ACCOUNT_ROOT]}
    assert {"kms:DescribeKey", "kms:GetPublicKey"} <= set(administer["Action"])


def test_a_principal_that_is_named_twice_is_named_once() -> None:
    def program() -> None:
        signers: list[pulumi.Input[str]] = [_arn("signer"), pulumi.Output.from_input(_arn("signer")), _arn("signer")]
        SigningKeys("signing", {"signers": signers, "readers": [_arn("signer"), _arn("reader")]})

    statements = _policy(declare(program))
    assert statements["Sign"]["Principal"] == {"AWS": [_arn("signer")]}
    assert statements["ReadPublicKey"]["Principal"] == {"AWS": [_arn("signer"), _arn("reader")]}


@pytest.mark.parametrize("key", ["administrators", "signers", "readers"])
def test_principals_are_checked_known_or_not(key: str) -> None:
    with pytest.raises(InvalidArgs, match=rf"{key}\[1\]: .* and is '\*': a wildcard would allow everybody"):
        SigningKeys("signing", {key: [_arn("a"), "*"]})  # type: ignore[call-overload] # one of the three
    with pytest.raises(InvalidArgs, match=rf"during the deployment:\n  {key}\[0\]: .* without the 12-digit account ID"):
        declare(lambda: SigningKeys("signing", {key: [pulumi.Output.from_input("arn:aws:iam:::role/x")]}))  # type: ignore[call-overload]


def test_administering_a_key_is_not_signing_with_it() -> None:
    for sid, statement in _policy(declare(lambda: SigningKeys("signing", {}))).items():
        assert not any("*" in action for action in statement["Action"])
        assert ("kms:Sign" in statement["Action"]) == (sid == "Sign")
        assert "kms:CreateGrant" not in statement["Action"]


def test_replicas_have_the_key_the_policy_and_the_alias() -> None:
    args: SigningKeysArgs = {
        "multi_region": True,
        "replica_regions": ["eu-central-1", "us-east-1"],
        "generations": [{"name": "old", "multi_region": False}, {"name": "new"}],
        "active": "new",
    }
    args["generations"][0]["retire_after"] = "2036-01-01T00:00:00Z"
    recording = declare(lambda: SigningKeys("signing", args))

    replicas = recording.all("aws:kms/replicaKey:ReplicaKey")
    assert [replica.name for replica in replicas] == ["signing-key-new-eu-central-1", "signing-key-new-us-east-1"]
    primary = recording.only("aws:kms/key:Key", "signing-key-new").inputs
    assert primary["multiRegion"] is True
    assert recording.only("aws:kms/key:Key", "signing-key-old").inputs["multiRegion"] is False
    for replica, region in zip(replicas, ("eu-central-1", "us-east-1"), strict=True):
        assert replica.inputs["region"] == region
        kid = replica.inputs["primaryKeyArn"].rpartition("/")[2]
        assert kid == recording.only("aws:kms/alias:Alias", "signing-alias").inputs["targetKeyId"]
        assert kid.startswith("mrk-")
        assert replica.inputs["policy"] == primary["policy"]
        assert replica.inputs["deletionWindowInDays"] == 7
        alias = recording.only("aws:kms/alias:Alias", f"signing-alias-{region}").inputs
        assert alias["name"] == recording.only("aws:kms/alias:Alias", "signing-alias").inputs["name"]
        assert alias["region"] == region
        assert alias["targetKeyId"] == kid


def test_faults_are_reported_together_and_nothing_is_created() -> None:
    args = {
        "algorithm": "HS256",
        "generations": [{"name": "a"}, {"name": "a"}],
        "deletion_window_in_days": 3,
        "alias": "signing",
        "protection": True,
    }
    recording = declare(lambda: None)
    with pytest.raises(InvalidArgs) as refused:
        SigningKeys("signing", args)  # type: ignore[call-overload]

    message = str(refused.value)
    for fault in (
        "algorithm: 'HS256' is not a supported algorithm",
        "generations[1].name: 'a' is used twice",
        "active: missing",
        "deletion_window_in_days: must be 7 to 30, and is 3",
        "alias: must be alias/",
        "protection: unknown key",
    ):
        assert fault in message
    assert not recording.resources


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ({"generations": []}, "generations: at least one"),
        ({"active": "b"}, "active: 'b' is not one of the generations: write one of '1'"),
        ({"generations": [{}]}, "generations[0].name: missing"),
        ({"generations": "a"}, "generations: must be a list"),
        ({"alias": "alias/aws/s3"}, "alias: must be alias/"),
        ({"replica_regions": ["eu-central-1"]}, "replica_regions: requires multi-Region keys"),
        ({"multi_region": True, "replica_regions": ["here"]}, "replica_regions[0]: must be a region, such as"),
        ({"multi_region": True, "replica_regions": 2 * ["eu-west-2"]}, "replica_regions[1]: eu-west-2 is listed twice"),
        ({"administrators_only": True}, "administrators_only: has no effect without administrators"),
        (
            {"administrators": []},
            "administrators: must not be empty, which would not exclude everybody: omit it for what",
        ),
        ({"signers": [], "readers": []}, "signers: must not be empty"),
        ({"signers": [], "readers": []}, "readers: must not be empty"),
        ({"multi_region": "yes"}, "multi_region: must be true or false, and is 'yes'"),
    ],
)
def test_bad_input_names_the_path(args: dict[str, object], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        SigningKeys("signing", args)  # type: ignore[call-overload]
    assert fault in str(refused.value)


@pytest.mark.parametrize("late", [False, True])
def test_administrators_only_with_the_account_among_them_is_refused(late: bool) -> None:
    def program() -> None:
        root = pulumi.Output.from_input(ACCOUNT_ROOT) if late else ACCOUNT_ROOT
        SigningKeys("signing", {"administrators": [_arn("a"), root], "administrators_only": True})

    with pytest.raises(InvalidArgs, match=f"administrators_only: has no effect if {ACCOUNT_ROOT} is one of"):
        declare(program, preview=True)


def test_administrators_only_with_another_account_among_them() -> None:
    administrators: list[pulumi.Input[str]] = [_arn("a"), "arn:aws:iam::999999999999:root"]
    args: SigningKeysArgs = {"administrators": administrators, "administrators_only": True}
    recording = declare(lambda: SigningKeys("signing", args))

    statements = json.loads(recording.only("aws:kms/key:Key").inputs["policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Administer", "ReadPublicKey", "Sign"]
    assert statements[0]["Principal"]["AWS"] == administrators
