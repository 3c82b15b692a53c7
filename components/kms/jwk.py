"""KMS public keys as JSON Web Keys (RFC 7517), converted by PyJWT's algorithm classes where it supports the algorithm."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import pulumi
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import get_default_algorithms

from .algorithms import ALGORITHMS

Jwk = dict[str, Any]

_CURVES = {
    "secp256r1": "ECC_NIST_P256",
    "secp384r1": "ECC_NIST_P384",
    "secp521r1": "ECC_NIST_P521",
    "secp256k1": "ECC_SECG_P256K1",
}

_MLDSA = {
    mldsa.MLDSA44PublicKey: "ML_DSA_44",
    mldsa.MLDSA65PublicKey: "ML_DSA_65",
    mldsa.MLDSA87PublicKey: "ML_DSA_87",
}


class KeyMismatch(pulumi.RunError):
    """An existing key differs from its inputs; the message says what to write instead."""


def public_jwk(pem: str, key_arn: str, alg: str) -> Jwk:
    """The public JWK of the KMS key with this ARN. Its ``kid`` is the key id, which CloudTrail shows too.

    Raises ``KeyMismatch`` if the key does not support ``alg``.
    """
    key: Any = load_pem_public_key(pem.encode())
    if (spec := _key_spec(key)) != (wanted := ALGORITHMS[alg].key_spec):
        raise KeyMismatch(
            f"{key_arn}: the key spec is {spec}, and must be {wanted} for {alg}. The spec of a key cannot be changed, and the "
            "tokens of a replaced key would be denied: restore the algorithm of its generation, and add a generation with the "
            "new one."
        )
    if spec in _MLDSA.values():
        members: Jwk = {
            "kty": "AKP",
            "pub": urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode(),
        }  # RFC 9964
    else:
        members = get_default_algorithms()[alg].to_jwk(key, as_dict=True)
        members.pop("key_ops", None)
    return {**members, "kid": key_id_of(key_arn), "alg": alg, "use": "sig"}


def _key_spec(key: object) -> str:
    """The KMS key spec of ``key``."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name)
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA_{key.key_size}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ECC_NIST_EDWARDS25519"
    return next((spec for kind, spec in _MLDSA.items() if isinstance(key, kind)), type(key).__name__)


def key_id_of(key_arn: str) -> str:
    """The key id: the last part of a key ARN (``arn:aws:kms:eu-west-1:123456789012:key/<key id>``)."""
    return key_arn.rpartition("/")[2]


def jwks_json(jwks: Sequence[Jwk]) -> str:
    """A JWK Set (RFC 7517 section 5) as JSON; the same keys always give the same text."""
    return json.dumps({"keys": list(jwks)}, sort_keys=True)
