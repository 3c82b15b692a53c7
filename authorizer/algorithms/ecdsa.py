"""ECDSA: ES256, ES384, ES512 (RFC 7518 section 3.4) and ES256K (RFC 8812 section 3.2)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ..record import Record
from . import InvalidKey, Jwk, SignatureCheck
from .members import expect, fixed_octets


class _Parameters(Record):
    __slots__ = ("crv", "curve", "hash", "size")

    def __init__(self, crv: str, curve: ec.EllipticCurve, hash: hashes.HashAlgorithm, size: int) -> None:
        self.crv = crv
        self.curve = curve
        self.hash = hash
        self.size = size
        """Length in octets of a coordinate, and of each half of a signature."""


_PARAMETERS = {
    "ES256": _Parameters("P-256", ec.SECP256R1(), hashes.SHA256(), 32),
    "ES384": _Parameters("P-384", ec.SECP384R1(), hashes.SHA384(), 48),
    "ES512": _Parameters("P-521", ec.SECP521R1(), hashes.SHA512(), 66),
    "ES256K": _Parameters("secp256k1", ec.SECP256K1(), hashes.SHA256(), 32),
}


class _VerifyOnly(ec.ECDSA):
    """ECDSA without the constructor of ``ec.ECDSA``, which checks whether OpenSSL supports deterministic signing.

    Nothing is signed here, and that check would load ciphers, padding and RSA: 24 modules, a sixth of a cold start.
    Verification reads ``algorithm`` only.
    """

    def __init__(self, algorithm: hashes.HashAlgorithm) -> None:
        self._hash_algorithm = algorithm

    @property
    def algorithm(self) -> hashes.HashAlgorithm:
        return self._hash_algorithm


def signature_check(alg: str, jwk: Jwk) -> SignatureCheck:
    """Verify ``alg`` signatures with the EC key ``jwk``. Raises ``InvalidKey``, also for a point that is not on the curve."""
    parameters = _PARAMETERS[alg]
    crv, curve, size = parameters.crv, parameters.curve, parameters.size
    expect(jwk, "kty", "EC")
    expect(jwk, "crv", crv)
    x = int.from_bytes(fixed_octets(jwk, "x", size))
    y = int.from_bytes(fixed_octets(jwk, "y", size))
    numbers = ec.EllipticCurvePublicNumbers(x, y, curve)
    try:
        key = numbers.public_key()
    except ValueError:
        raise InvalidKey(f"x and y are not a point on {crv}") from None
    if key.public_numbers() != numbers:  # OpenSSL reduces a coordinate modulo the field's prime
        raise InvalidKey(f"x and y are not coordinates of {crv}: one is too large")
    verify = key.verify
    ecdsa = _VerifyOnly(parameters.hash)

    def check(signing_input: bytes, signature: bytes) -> None:
        # A JWS has r and s concatenated at fixed width (RFC 7518 section 3.4). OpenSSL rejects zero and out of range.
        if len(signature) != 2 * size:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        verify(encode_dss_signature(r, s), signing_input, ecdsa)

    return check
