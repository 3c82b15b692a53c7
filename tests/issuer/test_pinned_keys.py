"""KmsSigner with pinned keys: the first one signs, and the next ones only while KMS does not let it."""

from typing import Any

import jwt
import pytest

from issuer import KeyNotFound, KeyUnusable, KmsSigner, SigningDenied, SigningKey, Throttled

from .local_kms import ARN, LocalKms

KEYS = [SigningKey(ARN + "new", "ES384"), SigningKey(ARN + "old", "ES256"), SigningKey(ARN + "older", "ES256")]


@pytest.fixture
def kms() -> Any:
    kms = LocalKms()
    kms.create("new", "ECC_NIST_P384")
    kms.create("old")
    kms.create("older")
    return kms


def _signed_by(token: str, kms: LocalKms) -> str:
    header = jwt.get_unverified_header(token)
    jwt.decode(token, kms.public_key(header["kid"]), [header["alg"]])
    return str(header["kid"])


def test_the_first_key_signs_and_nothing_is_looked_up(kms: Any) -> None:
    signer = KmsSigner.pinned(KEYS, kms)

    assert {_signed_by(signer.sign({"number": number}), kms) for number in range(3)} == {"new"}
    assert kms.calls == {"Sign": 3}
    assert signer.signing_key() == KEYS[0]


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "DisabledException", "KMSInvalidStateException", "NotFoundException"]
)
def test_the_next_key_signs_while_kms_does_not_let_the_first(kms: Any, code: str) -> None:
    signer = KmsSigner.pinned(KEYS, kms)
    kms.refuse["new"] = code
    assert _signed_by(signer.sign({}), kms) == "old"
    kms.refuse["old"] = "AccessDeniedException"
    assert _signed_by(signer.sign({}), kms) == "older"

    kms.refuse.clear()
    assert _signed_by(signer.sign({}), kms) == "new"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", SigningDenied),
        ("DisabledException", KeyUnusable),
        ("NotFoundException", KeyNotFound),
    ],
)
def test_where_none_signs_the_error_is_that_of_the_first(kms: Any, code: str, error: type[Exception]) -> None:
    kms.refuse = {"new": code, "old": "KMSInvalidStateException", "older": "AccessDeniedException"}

    with pytest.raises(error, match="key/new"):
        KmsSigner.pinned(KEYS, kms).sign({})
    assert kms.calls == {"Sign": 3}


def test_other_errors_are_not_a_matter_of_the_key(kms: Any) -> None:
    kms.refuse["new"] = "ThrottlingException"

    with pytest.raises(Throttled):
        KmsSigner.pinned(KEYS, kms).sign({})
    assert kms.calls == {"Sign": 1}


def test_a_signer_needs_a_key(kms: Any) -> None:
    with pytest.raises(ValueError, match="keys: must have at least one SigningKey"):
        KmsSigner.pinned([], kms)
