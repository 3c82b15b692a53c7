"""ML-DSA-44, ML-DSA-65 and ML-DSA-87, the post-quantum signatures of FIPS 204 in JOSE (RFC 9964)."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import mldsa

from . import Jwk, SignatureCheck
from .members import expect, fixed_octets

_PublicKey = mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey

_PARAMETERS: dict[str, tuple[Callable[[bytes], _PublicKey], int]] = {
    "ML-DSA-44": (mldsa.MLDSA44PublicKey.from_public_bytes, 1312),
    "ML-DSA-65": (mldsa.MLDSA65PublicKey.from_public_bytes, 1952),
    "ML-DSA-87": (mldsa.MLDSA87PublicKey.from_public_bytes, 2592),
}
"""The function that builds a public key, and the key's length in octets (FIPS 204 table 2)."""


def signature_check(alg: str, jwk: Jwk) -> SignatureCheck:
    """Verify ``alg`` signatures with the AKP key ``jwk``. Raises ``InvalidKey``."""
    from_public_bytes, size = _PARAMETERS[alg]
    expect(jwk, "kty", "AKP")
    verify = from_public_bytes(fixed_octets(jwk, "pub", size)).verify

    def check(signing_input: bytes, signature: bytes) -> None:
        verify(signature, signing_input)

    return check
