"""From KMS's DER to JWKs: what PyJWT would make of the key, where PyJWT knows it."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.algorithms import InvalidKey
from authorizer.kms.public_key import KEY_SPECS, jwk_of, jwk_of_answer
from issuer.algorithms import ALGORITHMS as ISSUER_ALGORITHMS
from testkit.signers import ALGORITHMS, signer

from .fake_kms import ARN, answer_of

SM2_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004") + b"\1" * 64


def der_of(
    public_key: ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed448.Ed448PublicKey | x25519.X25519PublicKey,
) -> bytes:
    return public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_jwk_of_every_algorithm(alg: str) -> None:
    der = der_of(signer(alg).private_key.public_key())

    assert jwk_of(der, signer(alg).kid, alg) == signer(alg).jwk


@pytest.mark.parametrize("secret", [1, 2, 3, 2**16])
def test_coordinates_keep_their_width(secret: int) -> None:
    jwk = jwk_of(der_of(ec.derive_private_key(secret, ec.SECP521R1()).public_key()), "1", "ES512")

    assert len(str(jwk["x"])) == len(str(jwk["y"])) == 88


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0", id="a zero octet"),
        pytest.param(b"-----BEGIN PUBLIC KEY-----", id="PEM"),
        pytest.param(der_of(signer("ES256").private_key.public_key())[:-1], id="cut off"),
        pytest.param(der_of(ec.generate_private_key(ec.SECP224R1()).public_key()), id="P-224"),
        pytest.param(der_of(ec.generate_private_key(ec.BrainpoolP256R1()).public_key()), id="Brainpool"),
        pytest.param(der_of(ed448.Ed448PrivateKey.generate().public_key()), id="Ed448"),
        pytest.param(der_of(x25519.X25519PrivateKey.generate().public_key()), id="X25519"),
        pytest.param(SM2_KEY, id="SM2"),
    ],
)
def test_other_keys_are_refused(der: bytes) -> None:
    with pytest.raises(InvalidKey, match=r"^kid '1': "):
        jwk_of(der, "1", "ES256")


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize(
    "asked", ["{arn}", "{kid}", "alias/orders", "arn:aws:kms:eu-central-1:123456789012:alias/orders"]
)
def test_the_jwk_in_the_answer_of_kms(alg: str, asked: str) -> None:
    key = signer(alg)
    asked = asked.format(arn=f"{ARN}/{key.kid}", kid=key.kid)

    assert jwk_of_answer(answer_of(key), asked, alg) == key.jwk
    for spec in KEY_SPECS[alg]:
        assert jwk_of_answer({**answer_of(key), "KeySpec": spec}, asked, alg) == key.jwk


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"KeyId": f"{ARN}/other"}, "^arn:.* was requested, and KMS returned .*/other"),
        ({"KeyUsage": "ENCRYPT_DECRYPT"}, "its key usage is 'ENCRYPT_DECRYPT'"),
        ({"KeyUsage": None}, "its key usage is None"),
        ({"KeySpec": "ECC_NIST_P384"}, "its key spec is 'ECC_NIST_P384', and must be ECC_NIST_P256 for ES256"),
        ({"KeySpec": 7}, "its key spec is 7"),
        ({"PublicKey": "MFkw"}, "its public key must be bytes"),
        ({"PublicKey": b"x"}, "not a supported public key"),
    ],
)
def test_other_answers_are_refused(changes: dict[str, object], fault: str) -> None:
    key = signer("ES256")

    with pytest.raises(InvalidKey, match=fault):
        jwk_of_answer({**answer_of(key), **changes}, f"{ARN}/{key.kid}", "ES256")


def test_the_specs_are_those_that_the_issuer_signs_with() -> None:
    assert {alg: algorithm.key_specs for alg, algorithm in ISSUER_ALGORITHMS.items()} == KEY_SPECS
