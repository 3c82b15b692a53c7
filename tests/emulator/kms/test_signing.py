"""KMS API reference, Sign, Verify, GetPublicKey and CreateKey; developer guide, symm-asymm-choose-key-spec."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emulator.server import MiniStack
from issuer.algorithms import external_mu, public_key_hash

from ..principals import client_of

ML_DSA = ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]


@pytest.fixture(scope="module")
def kms(ministack: MiniStack) -> Any:
    """Untyped: the stubs list the names as literals."""
    return ministack.region("eu-west-1").kms


@pytest.fixture(scope="module")
def unchecked(ministack: MiniStack) -> Iterator[Any]:
    """A client that leaves it to KMS to judge what it sends."""
    with client_of(ministack.region("eu-west-1"), "kms", checked=False) as client:
        yield client


@pytest.fixture(scope="module")
def key(kms: Any) -> Callable[[str], str]:
    """The id of a key of a spec, the same for all tests."""
    made: dict[str, str] = {}

    def of(spec: str) -> str:
        if spec not in made:
            made[spec] = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        return made[spec]

    return of


def _refused(call: Callable[..., object], **parameters: Any) -> str:
    """The code of the error."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("spec", ML_DSA)
def test_ml_dsa_signs_a_message_and_its_mu(kms: Any, key: Callable[[str], str], spec: str) -> None:
    published = kms.get_public_key(KeyId=key(spec))
    public: Any = load_der_public_key(published["PublicKey"])
    message = b"x" * 4096
    mu = external_mu(public_key_hash(public.public_bytes_raw()), message)
    names = {"KeyId": key(spec), "SigningAlgorithm": "ML_DSA_SHAKE_256"}

    raw = kms.sign(Message=message, **names)
    of_mu = kms.sign(Message=mu, MessageType="EXTERNAL_MU", **names)

    assert {name: published[name] for name in ("KeySpec", "KeyUsage", "SigningAlgorithms")} == {
        "KeySpec": spec,
        "KeyUsage": "SIGN_VERIFY",
        "SigningAlgorithms": ["ML_DSA_SHAKE_256"],
    }
    assert "EncryptionAlgorithms" not in published
    assert kms.describe_key(KeyId=key(spec))["KeyMetadata"]["KeySpec"] == spec
    assert raw["SigningAlgorithm"] == "ML_DSA_SHAKE_256"
    for signed in (raw, of_mu):
        public.verify(signed["Signature"], message)
        assert kms.verify(Message=message, Signature=signed["Signature"], **names)["SignatureValid"] is True
    assert kms.verify(Message=mu, MessageType="EXTERNAL_MU", Signature=raw["Signature"], **names)["SignatureValid"]
    with pytest.raises(InvalidSignature):
        public.verify(raw["Signature"], message[1:])
    assert _refused(kms.verify, Message=b"other", Signature=raw["Signature"], **names) == "KMSInvalidSignatureException"


def test_a_replica_of_an_ml_dsa_key_signs_too(kms: Any, ministack: MiniStack) -> None:
    primary = kms.create_key(KeySpec="ML_DSA_44", KeyUsage="SIGN_VERIFY", MultiRegion=True)["KeyMetadata"]
    kms.replicate_key(KeyId=primary["KeyId"], ReplicaRegion="us-west-2")
    replica: Any = ministack.region("us-west-2").kms

    signed = replica.sign(KeyId=primary["KeyId"], Message=b"m", SigningAlgorithm="ML_DSA_SHAKE_256")["Signature"]

    public: Any = load_der_public_key(kms.get_public_key(KeyId=primary["KeyId"])["PublicKey"])
    public.verify(signed, b"m")


@pytest.mark.parametrize(
    ("spec", "algorithm", "kind", "length", "code"),
    [
        ("ECC_NIST_P256", "ECDSA_SHA_256", "RAW", 4096, None),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "RAW", 4097, "ValidationException"),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "RAW", 0, "ValidationException"),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "DIGEST", 32, None),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "DIGEST", 31, "ValidationException"),
        ("ECC_NIST_P521", "ECDSA_SHA_512", "DIGEST", 32, "ValidationException"),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "EXTERNAL_MU", 64, "ValidationException"),
        ("ECC_NIST_P256", "ECDSA_SHA_256", "OTHER", 32, "ValidationException"),
        ("ECC_NIST_P256", "ECDSA_SHA_384", "DIGEST", 48, "InvalidKeyUsageException"),
        ("ECC_NIST_P256", "ML_DSA_SHAKE_256", "RAW", 32, "InvalidKeyUsageException"),
        ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "RAW", 4096, None),
        ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "RAW", 4097, "ValidationException"),
        ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "DIGEST", 64, "ValidationException"),
        ("RSA_2048", "RSASSA_PSS_SHA_384", "DIGEST", 48, None),
        ("RSA_2048", "RSASSA_PSS_SHA_384", "DIGEST", 32, "ValidationException"),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "RAW", 1, None),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "RAW", 4097, "ValidationException"),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "EXTERNAL_MU", 64, None),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "EXTERNAL_MU", 63, "ValidationException"),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "DIGEST", 64, "ValidationException"),
        ("ML_DSA_44", "ED25519_SHA_512", "RAW", 32, "InvalidKeyUsageException"),
    ],
)
def test_what_may_be_signed(
    unchecked: Any, key: Callable[[str], str], spec: str, algorithm: str, kind: str, length: int, code: str | None
) -> None:
    request = {"KeyId": key(spec), "Message": b"m" * length, "MessageType": kind, "SigningAlgorithm": algorithm}

    if code is None:
        signature = unchecked.sign(**request)["Signature"]
        assert unchecked.verify(Signature=signature, **request)["SignatureValid"] is True
    else:
        assert _refused(unchecked.sign, **request) == code


def test_a_digest_is_of_the_message(kms: Any, key: Callable[[str], str]) -> None:
    names = {"KeyId": key("ECC_NIST_P384"), "SigningAlgorithm": "ECDSA_SHA_384"}
    signature = kms.sign(Message=hashlib.sha384(b"m").digest(), MessageType="DIGEST", **names)["Signature"]

    assert kms.verify(Message=b"m", Signature=signature, **names)["SignatureValid"] is True


@pytest.mark.parametrize(
    ("spec", "usage"),
    [
        ("ML_DSA_65", "ENCRYPT_DECRYPT"),
        ("ECC_NIST_P256", "ENCRYPT_DECRYPT"),
        ("ECC_NIST_EDWARDS25519", "KEY_AGREEMENT"),
        ("SYMMETRIC_DEFAULT", "SIGN_VERIFY"),
    ],
)
def test_no_key_for_what_its_spec_cannot_do(kms: Any, spec: str, usage: str) -> None:
    assert _refused(kms.create_key, KeySpec=spec, KeyUsage=usage) == "ValidationException"


def test_what_is_not_there_is_an_error(kms: Any, key: Callable[[str], str]) -> None:
    imported = {"KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL"}
    prehashed = {"SigningAlgorithm": "ED25519_PH_SHA_512", "Message": b"m" * 64, "MessageType": "DIGEST"}

    assert _refused(kms.create_key, **imported) == "UnsupportedOperationException"
    assert _refused(kms.sign, KeyId=key("ECC_NIST_EDWARDS25519"), **prehashed) == "UnsupportedOperationException"


def test_a_key_for_encryption_does_not_sign(kms: Any) -> None:
    key_id = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]

    assert "SigningAlgorithms" not in kms.get_public_key(KeyId=key_id)
    code = _refused(kms.sign, KeyId=key_id, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")
    assert code == "InvalidKeyUsageException"
