"""A public key as KMS hands it out, a DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), as a JWK."""

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
    """The JWK, trusted for ``alg``, in KMS's answer to GetPublicKey for ``asked``: a key's id or ARN, or an alias.

    Raises ``InvalidKey`` if it is another key than the one whose ARN was asked for, or one that does not sign, or whose
    spec does not fit ``alg``; and what ``jwk_of`` raises. Whether the public key itself fits is for ``keys.load_key``.
    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
    """
    arn, usage, spec = str(answer["KeyId"]), answer.get("KeyUsage"), answer.get("KeySpec")
    if ":key/" in asked and arn != asked:
        raise InvalidKey(f"KMS was asked for {asked}, and answers with {arn}")
    if usage != "SIGN_VERIFY":
        raise InvalidKey(f"{arn}: its key usage is {usage!r}: tokens are signed by keys with SIGN_VERIFY")
    if spec is not None and spec not in KEY_SPECS[alg]:
        raise InvalidKey(f"{arn}: its spec is {spec!r}: {alg} is signed by keys of {' or '.join(KEY_SPECS[alg])}")
    der = answer["PublicKey"]
    if not isinstance(der, bytes):
        raise InvalidKey(f"{arn}: its public key is no octets")
    # An alias and its key answer alike: the answer names the key itself.
    return jwk_of(der, kid=arn.rpartition("/")[2], alg=alg)


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
