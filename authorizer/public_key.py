"""A public key as KMS hands it out, a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), as a JWK."""

from base64 import urlsafe_b64encode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from .algorithms import InvalidKey

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "secp256k1"}


def jwk_of(der: bytes, kid: str, alg: str) -> dict[str, object]:
    """The JWK; whether it fits ``alg`` is for ``keys.load_key`` to say. Raises ``InvalidKey`` for other keys."""
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise InvalidKey(f"kid {kid!r}: not a public key that signs JWTs: {fault}") from None
    jwk: dict[str, object] = {"kid": kid, "alg": alg}
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        numbers, size = key.public_numbers(), (key.curve.key_size + 7) // 8
        x, y = numbers.x.to_bytes(size), numbers.y.to_bytes(size)
        return {**jwk, "kty": "EC", "crv": _CURVES[key.curve.name], "x": _encode(x), "y": _encode(y)}
    if isinstance(key, rsa.RSAPublicKey):
        public = key.public_numbers()
        return {**jwk, "kty": "RSA", "n": _encode(_minimal(public.n)), "e": _encode(_minimal(public.e))}
    if isinstance(key, ed25519.Ed25519PublicKey):
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {**jwk, "kty": "OKP", "crv": "Ed25519", "x": _encode(raw)}
    if isinstance(key, mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey):
        return {**jwk, "kty": "AKP", "pub": _encode(key.public_bytes_raw())}
    raise InvalidKey(f"kid {kid!r}: a {type(key).__name__} signs no JWT")


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _encode(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
