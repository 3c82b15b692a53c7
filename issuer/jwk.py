"""KMS public keys as JSON Web Keys (RFC 7517), converted by PyJWT's algorithm classes where it supports the algorithm."""

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.algorithms import get_default_algorithms

from .signing_key import SigningKey

Jwk = dict[str, Any]


def public_jwk(der: bytes, key: SigningKey) -> Jwk:
    """The public JWK of ``key``, whose DER SubjectPublicKeyInfo, as GetPublicKey returns it, is ``der``."""
    public_key: Any = load_der_public_key(der)
    algorithm = get_default_algorithms().get(key.alg)
    if algorithm is not None:
        members: Jwk = algorithm.to_jwk(public_key, as_dict=True)
        members.pop("key_ops", None)
    else:  # ML-DSA, RFC 9964 section 3
        members = {"kty": "AKP", "pub": urlsafe_b64encode(public_key.public_bytes_raw()).rstrip(b"=").decode()}
    return {**members, "kid": key.kid, "alg": key.alg, "use": "sig"}
