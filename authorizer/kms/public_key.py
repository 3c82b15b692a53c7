"""Converting a public key as KMS returns it, a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), to a JWK."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ..algorithms import InvalidKey

_RSA_SPECS = ("RSA_2048", "RSA_3072", "RSA_4096")

KEY_SPECS = {
    "ES256": ("ECC_NIST_P256",),
    "ES384": ("ECC_NIST_P384",),
    "ES512": ("ECC_NIST_P521",),
    "ES256K": ("ECC_SECG_P256K1",),
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), _RSA_SPECS),
    "EdDSA": ("ECC_NIST_EDWARDS25519",),
    "ML-DSA-44": ("ML_DSA_44",),
    "ML-DSA-65": ("ML_DSA_65",),
    "ML-DSA-87": ("ML_DSA_87",),
}
"""JOSE algorithm -> the KMS key specs whose keys may sign with it."""

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "secp256k1"}


def jwk_of_answer(answer: Mapping[str, object], asked: str, alg: str) -> dict[str, object]:
    """The JWK, with algorithm ``alg``, in KMS's response to GetPublicKey for ``asked``: a key id, a key ARN or an alias.

    Raises ``InvalidKey`` if it is not the key whose ARN was requested, if it is not a signing key, or if its spec does not
    support ``alg``; and what ``jwk_of`` raises. ``keys.load_key`` checks the public key itself.
    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
    """
    arn, usage, spec = str(answer["KeyId"]), answer.get("KeyUsage"), answer.get("KeySpec")
    if ":key/" in asked and arn != asked:
        raise InvalidKey(f"{asked} was requested, and KMS returned {arn}")
    if usage != "SIGN_VERIFY":
        raise InvalidKey(f"{arn}: its key usage is {usage!r}, and must be SIGN_VERIFY")
    if spec is not None and spec not in KEY_SPECS[alg]:
        raise InvalidKey(f"{arn}: its key spec is {spec!r}, and must be {' or '.join(KEY_SPECS[alg])} for {alg}")
    der = answer["PublicKey"]
    if not isinstance(der, bytes):
        raise InvalidKey(f"{arn}: its public key must be bytes")
    # For an alias, too, the response contains the ARN of the key.
    return jwk_of(der, kid=arn.rpartition("/")[2], alg=alg)


def jwk_of(der: bytes, kid: str, alg: str) -> dict[str, object]:
    """The JWK; ``keys.load_key`` checks that it matches ``alg``. Raises ``InvalidKey`` for an unsupported type of key."""
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise InvalidKey(f"kid {kid!r}: not a supported public key: {fault}") from None
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
    raise InvalidKey(f"kid {kid!r}: a {type(key).__name__} cannot sign JWTs")


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _encode(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
