"""``kms-jwt jwks``: what it publishes, others verify with."""

import io
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt

from cli.command_line import main
from components.kms.jwk import public_jwk as component_jwk
from issuer import SigningKey
from issuer.algorithms import ALGORITHMS
from issuer.jwk import public_jwk
from tests.issuer.local_kms import ARN, LocalKms

JWKS = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "alg": "ES256", "x": "x", "y": "y"}]}


def _key(kms: Any, spec: str = "ECC_NIST_P521") -> str:
    return str(kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])


def test_a_minted_token_is_accepted_by_others_with_the_published_keys(
    emulated: None, kms: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    key_id, other = _key(kms), _key(kms, "RSA_2048")
    alias = f"alias/{uuid.uuid4()}"
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    assert main(["mint", "--key", alias, "--claim", "sub=alice"]) == 0
    token = capsys.readouterr().out.strip()
    assert main(["jwks", "--key", alias, "--key", other, "--key", key_id]) == 0
    jwks = json.loads(capsys.readouterr().out)

    assert [key["kid"] for key in jwks["keys"]] == [key_id, other]
    claims = jwt.decode(token, jwt.PyJWKSet.from_dict(jwks)[key_id], ["ES512"])
    assert claims["sub"] == "alice"
    keys = joserfc_jwk.KeySet.import_key_set(jwks)
    assert joserfc_jwt.decode(token, keys, algorithms=["ES512"]).claims == claims


def test_the_algorithm_of_an_rsa_key(emulated: None, kms: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jwks", "--key", _key(kms, "RSA_2048"), "--algorithm", "PS256"]) == 0

    (key,) = json.loads(capsys.readouterr().out)["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "PS256", "sig")
    assert "d" not in key


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_issuer_and_the_components_publish_the_same(alg: str) -> None:
    spec = {"RS384": "RSA_3072", "RS512": "RSA_4096", "PS384": "RSA_3072", "PS512": "RSA_4096"}
    kms = LocalKms()
    kms.create("key", spec.get(alg, ALGORITHMS[alg].key_specs[0]))
    der = kms.get_public_key(KeyId="key")["PublicKey"]

    jwk = public_jwk(der, SigningKey(f"{ARN}key", alg))
    assert jwk == component_jwk(_pem(kms), f"{ARN}key", alg)
    assert jwk["kid"] == "key"


def _pem(kms: LocalKms) -> str:
    pem: bytes = kms.public_key("key").public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


@pytest.mark.parametrize("output", [JWKS, json.dumps(JWKS)])
def test_from_the_outputs_of_a_stack(output: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({"jwks": output, "key_alias": "alias/x"}))
    assert main(["jwks", "--stack-output", str(file)]) == 0

    assert json.loads(capsys.readouterr().out) == JWKS


def test_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"jwks": JWKS})))
    assert main(["jwks", "--stack-output", "-"]) == 0

    assert json.loads(capsys.readouterr().out) == JWKS


def test_private_members_go_no_further(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(
        json.dumps({"jwks": {"keys": [{**key, "d": "c2VjcmV0", "next": "c2VjcmV0"} for key in JWKS["keys"]]}})
    )
    assert main(["jwks", "--stack-output", str(file)]) == 0

    assert json.loads(capsys.readouterr().out) == JWKS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Current stack outputs:", "--stack-output: not JSON"),
        ("{}", "--stack-output: has no output jwks: export the output jwks of SigningKeys by this name"),
        ("[]", "--stack-output: has no output jwks"),
        ('{"jwks": "x"}', "--stack-output: has no output jwks"),
        ('{"jwks": []}', "--stack-output: has no output jwks"),
    ],
)
def test_outputs_without_keys(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert main(["jwks", "--stack-output", "-"]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"jwks: {message}")


def test_errors(emulated: None, kms: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jwks", "--key", "alias/nobody"]) == 1
    assert capsys.readouterr().err.startswith("jwks: alias/nobody: no such key or alias")
    assert main(["jwks", "--stack-output", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err
    with pytest.raises(SystemExit) as exit_:
        main(["jwks"])
    assert exit_.value.code == 2
    assert "--key --stack-output is required" in capsys.readouterr().err
