"""KMS public keys as JSON Web Keys (RFC 7517), through PyJWT's own algorithm classes wherever it knows the algorithm."""

import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import get_default_algorithms

Jwk = dict[str, Any]


def public_jwk(pem: str, key_arn: str, alg: str) -> Jwk:
    """The public JWK of the KMS key with this ARN. Its ``kid`` is the key id, which CloudTrail shows too."""
    key: Any = load_pem_public_key(pem.encode())
    if isinstance(key, mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey):
        pub = urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode()
        members: Jwk = {"kty": "AKP", "pub": pub}  # RFC 9964 section 3
    else:
        members = get_default_algorithms()[alg].to_jwk(key, as_dict=True)
        members.pop("key_ops", None)
    return {**members, "kid": key_id_of(key_arn), "alg": alg, "use": "sig"}


def key_id_of(key_arn: str) -> str:
    """The key id: the last part of a key ARN (``arn:aws:kms:eu-west-1:123456789012:key/<key id>``)."""
    return key_arn.rpartition("/")[2]


def jwks_json(jwks: list[Jwk]) -> str:
    """A JWK Set (RFC 7517 section 5) as JSON, the same text for the same keys."""
    return json.dumps({"keys": jwks}, sort_keys=True)
