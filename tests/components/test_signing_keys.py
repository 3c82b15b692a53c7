"""SigningKeys: the keys, their policy, their alias and their JWKS."""

import json

import jwt
import pytest

from components import InvalidArgs, SigningKeys
from components.algorithms import ALGORITHMS

from .recording import ACCOUNT, PRIVATE_KEY, declare


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
        keys = SigningKeys("signing", {"generations": [{"name": "a"}, {"name": "b"}], "active": "b"})
        return {"jwks": keys.jwks, "active": keys.active_key_arn, "arns": keys.key_arns}

    recording = declare(program)

    assert [key["kid"] for key in json.loads(recording.outputs["jwks"])["keys"]] == [
        "signing-key-a-id",
        "signing-key-b-id",
    ]
    assert recording.outputs["active"].endswith("key/signing-key-b-id")
    assert set(recording.outputs["arns"]) == {"a", "b"}
    assert recording.only("aws:kms/alias:Alias").inputs["targetKeyId"] == "signing-key-b-id"


def test_the_account_decides_who_signs_unless_issuers_are_named() -> None:
    issuer = f"arn:aws:iam::{ACCOUNT}:role/issuer"
    default = declare(lambda: SigningKeys("signing", {}))
    named = declare(lambda: SigningKeys("signing", {"issuers": [issuer]}))

    account = f"arn:aws:iam::{ACCOUNT}:root"
    for recording, principal in ((default, account), (named, issuer)):
        statements = {
            item["Sid"]: item for item in json.loads(recording.only("aws:kms/key:Key").inputs["policy"])["Statement"]
        }
        assert statements["Sign"]["Principal"] == {"AWS": [principal]}
        assert statements["Sign"]["Action"] == "kms:Sign"
        assert statements["Sign"]["Condition"] == {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_512"}}
        assert statements["Administer"]["Principal"] == {"AWS": [account]}


def test_administering_a_key_is_not_signing_with_it() -> None:
    recording = declare(lambda: SigningKeys("signing", {}))

    for statement in json.loads(recording.only("aws:kms/key:Key").inputs["policy"])["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any("*" in action for action in actions)
        assert ("kms:Sign" in actions) == (statement["Sid"] == "Sign")
        assert "kms:CreateGrant" not in actions


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
        SigningKeys("signing", args)  # type: ignore[arg-type]

    message = str(refused.value)
    for fault in (
        "algorithm: 'HS256' is not an algorithm",
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
        ({"active": "b"}, "active: 'b' is no generation: write one of '1'"),
        ({"generations": [{}]}, "generations[0].name: missing"),
        ({"generations": "a"}, "generations: must be a list"),
        ({"alias": "alias/aws/s3"}, "alias: must be alias/"),
        ({"multi_region": "yes"}, "multi_region: must be true or false, and is 'yes'"),
    ],
)
def test_bad_input_names_the_path(args: dict[str, object], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        SigningKeys("signing", args)  # type: ignore[arg-type]
    assert fault in str(refused.value)
