"""Where the verifier comes from: the package, or KMS."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.config import ConfigError
from authorizer.key_source import PinnedKeys, key_source
from authorizer.kms import client as kms_client_module
from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.signers import signer
from testkit.tokens import NOW, claims, token

from .documents import document
from .fake_kms import ARN
from .url_issuers import entry

KEY = signer("ES512")


def test_pinned_keys_are_one_verifier_for_good() -> None:
    source = key_source(document(KEY))

    assert isinstance(source, PinnedKeys)
    assert source.verifier() is source.verifier()
    assert source.verifier().verify(token(KEY), now=NOW) == claims()


@pytest.mark.parametrize("trusted_issuers", [[], [7], {}, 7, None, [{"jwks_url": 7}]])
def test_a_wrong_configuration_raises(trusted_issuers: object) -> None:
    with pytest.raises(ConfigError, match=r"(?m)^keys: "):
        key_source({**document(KEY), "keys": [], "trusted_issuers": trusted_issuers})


def test_other_issuers_with_a_url_are_refreshed_and_others_are_not() -> None:
    """The first call is not yet due."""
    by_url, pinned = entry(), entry(1)
    del pinned["jwks_url"]

    assert isinstance(key_source(document(KEY, trusted_issuers=[pinned])), PinnedKeys)
    source = key_source(document(KEY, trusted_issuers=[pinned, by_url]))
    assert isinstance(source, RuntimeKeys)
    assert source.verifier().verify(token(KEY), now=NOW)


def test_keys_from_kms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through boto3's real client, whose answer is the stub's."""
    client: Any = boto3.client(
        "kms", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    der = KEY.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    monkeypatch.setattr(kms_client_module, "kms_client", lambda: client)
    policy = document(KEY)
    del policy["keys"]

    with Stubber(client) as stub:
        stub.add_response(
            "get_public_key",
            {"KeyId": f"{ARN}/{KEY.kid}", "PublicKey": der, "KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY"},
            {"KeyId": "alias/orders"},
        )
        source = key_source({**policy, "kms": {"keys": [{"key_id": "alias/orders", "alg": "ES512"}]}})

        assert isinstance(source, RuntimeKeys)
        assert source.verifier().verify(token(KEY), now=NOW) == claims()
        stub.assert_no_pending_responses()


def test_the_client_gives_up_before_lambda_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    config = kms_client_module.kms_client().meta.config

    attempts = config.retries["total_max_attempts"]  # type: ignore[attr-defined]
    assert attempts * (config.connect_timeout + config.read_timeout) < 5  # type: ignore[attr-defined]
