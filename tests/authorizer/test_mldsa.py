"""ML-DSA: sizes, and that context and pre-hash are those of JOSE: none."""

import itertools
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidSignature

from authorizer.algorithms import InvalidKey
from authorizer.keys import load_key
from authorizer.verifier import Verifier
from testkit.encoding import base64url
from testkit.signers import signer
from testkit.tokens import NOW, claims, token

from .documents import document

SIZES = {"ML-DSA-44": (1312, 2420), "ML-DSA-65": (1952, 3309), "ML-DSA-87": (2592, 4627)}
"""Octets of a public key and of a signature (FIPS 204 table 2)."""

HINTS = {"ML-DSA-44": (80, 4), "ML-DSA-65": (55, 6), "ML-DSA-87": (75, 8)}
"""How many ones a signature's hint may have, and in how many polynomials (FIPS 204 table 1: omega and k)."""

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


@pytest.mark.parametrize("alg", SIZES)
def test_the_hint_of_a_signature_has_one_spelling(alg: str) -> None:
    """FIPS 204 algorithm 21: each polynomial's positions in order, no two alike, and what is left of the list is zero."""
    key, (most, _) = load_key(signer(alg).jwk), HINTS[alg]
    # Signing is randomised, and now and then it needs the whole list: then there is nothing left of it to tamper with.
    signatures = (signer(alg).sign(MESSAGE) for _ in itertools.count())
    signature = next(made for made in signatures if made[-1] < most)

    key.verify(MESSAGE, signature)
    kinds = set()
    for kind, spelling in _other_spellings_of_the_hint(signature, *HINTS[alg]):
        kinds.add(kind)
        with pytest.raises(InvalidSignature):
            key.verify(MESSAGE, spelling)
    assert kinds == {"unused is not zero", "out of order", "twice"}


def _other_spellings_of_the_hint(signature: bytes, most: int, polynomials: int) -> Iterator[tuple[str, bytes]]:
    """What a careless decoder reads as the same hint: (how it is spelled, the signature with it)."""
    start = len(signature) - most - polynomials
    ends = signature[-polynomials:]
    used, unused = signature[start : start + ends[-1]], signature[start + ends[-1] : -polynomials]

    def spelled(positions: bytes, rest: bytes, ends: bytes) -> bytes:
        return signature[:start] + positions + rest + ends

    assert spelled(used, unused, ends) == signature
    for index in range(len(unused)):
        yield "unused is not zero", spelled(used, unused[:index] + b"\1" + unused[index + 1 :], ends)
    for polynomial, (first, end) in enumerate(itertools.pairwise((0, *ends))):
        for left in range(first, end - 1):
            swapped = used[:left] + used[left + 1 : left + 2] + used[left : left + 1] + used[left + 2 :]
            yield "out of order", spelled(swapped, unused, ends)
        if end > first and unused:
            one_more = ends[:polynomial] + bytes(later + 1 for later in ends[polynomial:])
            yield "twice", spelled(used[:end] + used[end - 1 : end] + used[end:], unused[1:], one_more)


@pytest.mark.parametrize("alg", SIZES)
def test_ordinary_tokens_fit(alg: str) -> None:
    """Into ``max_token_bytes``, and with the other headers into the 10,240 bytes that API Gateway accepts."""
    verifier = Verifier(document(signer(alg)))
    room = (verifier.config.max_token_bytes - TOKEN_SIZES[alg]) * 3 // 4

    assert len(token(signer(alg))) == TOKEN_SIZES[alg]
    assert verifier.verify(token(signer(alg)), now=NOW)
    assert verifier.verify(token(signer(alg), claims(more="x" * (room - 20))), now=NOW)
    assert 10_240 - TOKEN_SIZES[alg] > 3_700
