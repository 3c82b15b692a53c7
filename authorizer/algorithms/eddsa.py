"""EdDSA on Ed25519 (RFC 8037 section 3.1, RFC 8032)."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import InvalidKey, Jwk, SignatureCheck
from .members import expect, fixed_octets

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})
"""The y coordinates of the eight points of small order: with such a public key, anybody can forge a valid signature."""


def signature_check(alg: str, jwk: Jwk) -> SignatureCheck:
    """Verify ``alg`` signatures with the OKP key ``jwk``. Raises ``InvalidKey``, also for an invalid point."""
    expect(jwk, "kty", "OKP")
    expect(jwk, "crv", "Ed25519")
    encoded = fixed_octets(jwk, "x", 32)
    _check_point(encoded)
    verify = Ed25519PublicKey.from_public_bytes(encoded).verify

    def check(signing_input: bytes, signature: bytes) -> None:
        verify(signature, signing_input)

    return check


def _check_point(encoded: bytes) -> None:
    """Decode the point (RFC 8032 section 5.1.3), which ``cryptography`` does only at the first verification."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    if y >= _P:
        raise InvalidKey("x is not the canonical encoding of a point")
    if y in _SMALL_ORDER_Y:
        raise InvalidKey("x is a point of small order")
    # x^2 = (y^2 - 1) / (d y^2 + 1) must be a square; multiplying by the denominator squared avoids the division.
    square = (y * y - 1) * (_D * y * y + 1) % _P
    if pow(square, (_P - 1) // 2, _P) != 1:
        raise InvalidKey("x is not a point on Ed25519")
