"""Signatures in bulk: each algorithm's many times over, so that those with short numbers occur, and every one is right."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.utils import base64url_decode

from issuer import KmsAlgorithm, KmsSigner, SigningKey
from issuer.algorithms import ALGORITHMS, external_mu, public_key_hash
from issuer.errors import MessageTooLong

from .local_kms import ARN, LocalKms

pytestmark = pytest.mark.slow

SIGNATURES = {"ES256": 4000, "ES384": 4000, "ES512": 400, "ES256K": 4000}
"""One in 256 has a short r, so none in 4000 is one run in millions; for P-521 every second has."""

CURVES = {"ES256": 32, "ES384": 48, "ES512": 66, "ES256K": 32}


def _signer(alg: str) -> tuple[KmsSigner, LocalKms]:
    kms = LocalKms()
    kms.create("key", ALGORITHMS[alg].key_specs[0])
    return KmsSigner("key", kms, alg=alg), kms  # type: ignore[arg-type] # as much of a client as is needed


@pytest.mark.parametrize(("alg", "width"), CURVES.items())
def test_every_ecdsa_signature_has_its_fixed_width(alg: str, width: int) -> None:
    signer, kms = _signer(alg)
    public_key = kms.public_key("key")
    shorter = 1 << (8 * (width - 1))
    short_r = short_s = verified = 0

    for number in range(SIGNATURES[alg]):
        token = signer.sign({"number": number})
        signature = base64url_decode(token.rpartition(".")[2])
        r, s = int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
        assert len(signature) == 2 * width
        assert encode_dss_signature(r, s) == kms.signed[-1][1]
        short_r += r < shorter
        short_s += s < shorter
        # OpenSSL made it, so the form is what can be wrong: PyJWT checks all the short ones, and some others.
        if (min(r, s) < shorter and alg != "ES512") or number % 40 == 0:
            assert jwt.decode(token, public_key, [alg]) == {"number": number}
            verified += 1

    print(
        f"\n{alg}: {SIGNATURES[alg]} signatures, {short_r} with a short r, {short_s} with a short s, {verified} verified"
    )
    assert short_r
    assert short_s


@pytest.mark.parametrize(("alg", "width"), CURVES.items())
def test_the_emulators_kms_signs_likewise(kms: Any, alg: str, width: int) -> None:
    key_id = kms.create_key(KeySpec=ALGORITHMS[alg].key_specs[0], KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signer = KmsSigner(key_id, kms)
    public_key: Any = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])

    for number in range(100):
        token = signer.sign({"number": number})
        assert len(base64url_decode(token.rpartition(".")[2])) == 2 * width
        assert jwt.decode(token, public_key, [alg]) == {"number": number}


@pytest.mark.parametrize("alg", [alg for alg in ALGORITHMS if alg[:2] in ("RS", "PS") or alg == "EdDSA"])
def test_rsa_and_ed25519_signatures(alg: str) -> None:
    signer, kms = _signer(alg)

    for number in range(25):
        token = signer.sign({"number": number})
        assert jwt.decode(token, kms.public_key("key"), [alg]) == {"number": number}


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072", "RSA_4096"])
@pytest.mark.parametrize("alg", ["RS256", "PS384", "PS512"])
def test_rsa_algorithms_go_with_every_size(alg: str, spec: str) -> None:
    kms = LocalKms()
    kms.create("key", spec)
    token = KmsSigner("key", kms, alg=alg).sign({"sub": "alice"})  # type: ignore[arg-type]

    assert jwt.decode(token, kms.public_key("key"), [alg]) == {"sub": "alice"}


@pytest.mark.parametrize("alg", ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"])
@pytest.mark.parametrize(("padding", "message_type"), [(0, "RAW"), (5000, "EXTERNAL_MU")])
def test_mldsa_signs_short_tokens_raw_and_long_ones_by_mu(alg: str, padding: int, message_type: str) -> None:
    signer, kms = _signer(alg)

    for number in range(10):
        token = signer.sign({"number": number, "note": "x" * padding})
        signing_input, _, signature = token.rpartition(".")
        kms.public_key("key").verify(base64url_decode(signature), signing_input.encode())
    assert {kind for kind, _ in kms.signed} == {message_type}
    assert kms.calls["GetPublicKey"] == (message_type == "EXTERNAL_MU")


@pytest.mark.parametrize("length", [4096, 4097])
def test_the_limit_is_that_of_kms(length: int) -> None:
    kms = LocalKms()
    kms.create("key", "ML_DSA_44")
    signature = KmsAlgorithm(kms, "ML-DSA-44").sign(b"x" * length, SigningKey(f"{ARN}key", "ML-DSA-44"))  # type: ignore[arg-type]

    kms.public_key("key").verify(signature, b"x" * length)
    assert kms.signed[-1][0] == ("RAW" if length == 4096 else "EXTERNAL_MU")


def test_mu_is_what_fips_204_says() -> None:
    key = mldsa.MLDSA65PrivateKey.generate()
    mu = external_mu(public_key_hash(key.public_key().public_bytes_raw()), b"message")

    key.public_key().verify_mu(key.sign(b"message"), mu)
    key.public_key().verify(key.sign_mu(mu), b"message")


def test_ed25519_has_no_way_around_the_limit() -> None:
    signer, _ = _signer("EdDSA")
    with pytest.raises(MessageTooLong, match="EdDSA signs at most 4096 bytes, and the token has"):
        signer.sign({"note": "x" * 4096})
