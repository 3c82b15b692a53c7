"""ML-DSA: sizes, and that context and pre-hash are those of JOSE: none."""

import pytest
from cryptography.exceptions import InvalidSignature

from authorizer.algorithms import InvalidKey
from authorizer.keys import load_key
from authorizer.verifier import Verifier

from .documents import document
from .encoding import base64url
from .signers import signer
from .tokens import NOW, claims, token

SIZES = {"ML-DSA-44": (1312, 2420), "ML-DSA-65": (1952, 3309), "ML-DSA-87": (2592, 4627)}
"""Octets of a public key and of a signature (FIPS 204 table 2)."""

MESSAGE = b"what is signed"

TOKEN_SIZES = {"ML-DSA-44": 3554, "ML-DSA-65": 4739, "ML-DSA-87": 6497}
"""Of a token with eight ordinary claims, as docs/security.md has them."""


@pytest.mark.parametrize("alg", SIZES)
def test_a_key_has_the_size_of_its_parameter_set(alg: str) -> None:
    size, _ = SIZES[alg]

    for other in (0, 1, size - 1, size + 1, *(sizes[0] for sizes in SIZES.values() if sizes[0] != size)):
        with pytest.raises(InvalidKey, match=r"^pub "):
            load_key({**signer(alg).jwk, "pub": base64url(b"\1" * other)})


@pytest.mark.parametrize("alg", SIZES)
def test_a_signature_has_the_size_of_its_parameter_set(alg: str) -> None:
    key, signature = load_key(signer(alg).jwk), signer(alg).sign(MESSAGE)

    assert len(signature) == SIZES[alg][1]
    key.verify(MESSAGE, signature)
    for _, other in SIZES.values():
        if other != len(signature):
            with pytest.raises(InvalidSignature):
                key.verify(MESSAGE, signature[:other].ljust(other, b"\0"))


@pytest.mark.parametrize("alg", SIZES)
def test_a_signature_made_with_a_context_is_refused(alg: str) -> None:
    """RFC 9964 leaves the context empty."""
    signature = signer(alg).private_key.sign(MESSAGE, b"context")

    with pytest.raises(InvalidSignature):
        load_key(signer(alg).jwk).verify(MESSAGE, signature)


@pytest.mark.parametrize("kty", ["OKP", "EC", "akp", None])
def test_kty_is_akp(kty: object) -> None:
    with pytest.raises(InvalidKey, match=r"^kty must be AKP"):
        load_key({**signer("ML-DSA-44").jwk, "kty": kty})


def test_the_hint_of_a_signature_has_one_spelling() -> None:
    """FIPS 204 algorithm 21: the last octets list positions in order, and unused ones are zero."""
    key, signature = load_key(signer("ML-DSA-44").jwk), bytearray(signer("ML-DSA-44").sign(MESSAGE))
    hints, used = 80, signature[-1]

    assert used < hints  # so the list has a zero that must stay zero
    signature[len(signature) - 4 - 1] ^= 1
    with pytest.raises(InvalidSignature):
        key.verify(MESSAGE, bytes(signature))


@pytest.mark.parametrize("alg", SIZES)
def test_ordinary_tokens_fit(alg: str) -> None:
    """Into ``max_token_bytes``, and with the other headers into the 10,240 bytes that API Gateway takes."""
    verifier = Verifier(document(signer(alg)))
    room = (verifier.config.max_token_bytes - TOKEN_SIZES[alg]) * 3 // 4

    assert len(token(signer(alg))) == TOKEN_SIZES[alg]
    assert verifier.verify(token(signer(alg)), now=NOW)
    assert verifier.verify(token(signer(alg), claims(more="x" * (room - 20))), now=NOW)
    assert 10_240 - TOKEN_SIZES[alg] > 3_700
