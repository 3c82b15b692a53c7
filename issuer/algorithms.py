"""How a JOSE algorithm is signed with KMS: the parameters of the Sign call, and the conversion of its result.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
"""

import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


class SigningAlgorithm(NamedTuple):
    """How KMS signs with one JOSE algorithm."""

    kms_name: str
    """The parameter ``SigningAlgorithm`` of the Sign call."""
    key_specs: tuple[str, ...]
    """The KMS key specs whose keys may sign with it."""
    digest: str | None = None
    """The ``hashlib`` name of the hash that is sent to KMS; ``None``: the message itself is sent."""
    coordinate_bytes: int | None = None
    """For ECDSA: the width of r and of s in a JWS (RFC 7518 section 3.4)."""
    external_mu: bool = False
    """Whether KMS accepts mu (``EXTERNAL_MU``) in place of a message that is too long."""


_RSA = ("RSA_2048", "RSA_3072", "RSA_4096")

ALGORITHMS = {
    "ES256": SigningAlgorithm("ECDSA_SHA_256", ("ECC_NIST_P256",), "sha256", 32),
    "ES384": SigningAlgorithm("ECDSA_SHA_384", ("ECC_NIST_P384",), "sha384", 48),
    "ES512": SigningAlgorithm("ECDSA_SHA_512", ("ECC_NIST_P521",), "sha512", 66),
    "ES256K": SigningAlgorithm("ECDSA_SHA_256", ("ECC_SECG_P256K1",), "sha256", 32),
    "RS256": SigningAlgorithm("RSASSA_PKCS1_V1_5_SHA_256", _RSA, "sha256"),
    "RS384": SigningAlgorithm("RSASSA_PKCS1_V1_5_SHA_384", _RSA, "sha384"),
    "RS512": SigningAlgorithm("RSASSA_PKCS1_V1_5_SHA_512", _RSA, "sha512"),
    "PS256": SigningAlgorithm("RSASSA_PSS_SHA_256", _RSA, "sha256"),
    "PS384": SigningAlgorithm("RSASSA_PSS_SHA_384", _RSA, "sha384"),
    "PS512": SigningAlgorithm("RSASSA_PSS_SHA_512", _RSA, "sha512"),
    "EdDSA": SigningAlgorithm("ED25519_SHA_512", ("ECC_NIST_EDWARDS25519",)),
    "ML-DSA-44": SigningAlgorithm("ML_DSA_SHAKE_256", ("ML_DSA_44",), external_mu=True),
    "ML-DSA-65": SigningAlgorithm("ML_DSA_SHAKE_256", ("ML_DSA_65",), external_mu=True),
    "ML-DSA-87": SigningAlgorithm("ML_DSA_SHAKE_256", ("ML_DSA_87",), external_mu=True),
}
"""JOSE ``alg`` -> KMS."""

_RSA_DEFAULTS = {"RSA_2048": "RS256", "RSA_3072": "RS384", "RSA_4096": "RS512"}


def default_algorithm(key_spec: str) -> str | None:
    """The default ``alg`` of keys of this spec; ``None`` for specs that cannot sign JWTs."""
    if key_spec in _RSA_DEFAULTS:
        return _RSA_DEFAULTS[key_spec]
    return next((alg for alg, algorithm in ALGORITHMS.items() if key_spec in algorithm.key_specs), None)


def jws_signature(algorithm: SigningAlgorithm, kms_signature: bytes) -> bytes:
    """Convert a signature of KMS to the form used in a JWS.

    KMS returns ECDSA signatures in DER, with integers of minimal length; a JWS has r and s concatenated at fixed width, so
    leading zeros are added (RFC 7518 section 3.4).
    """
    if algorithm.coordinate_bytes is None:
        return kms_signature
    r, s = decode_dss_signature(kms_signature)
    return r.to_bytes(algorithm.coordinate_bytes) + s.to_bytes(algorithm.coordinate_bytes)


def public_key_hash(public_key: bytes) -> bytes:
    """ML-DSA's tr, which binds mu to the key. ``public_key`` is the raw key (FIPS 204, algorithm 6)."""
    return hashlib.shake_256(public_key).digest(64)


def external_mu(key_hash: bytes, message: bytes) -> bytes:
    """The 64 bytes that ML-DSA signs in place of ``message``, without pre-hashing and with an empty context, as RFC 9964
    specifies (FIPS 204, algorithms 2 and 7)."""
    domain_separator, context_length = b"\x00", b"\x00"
    return hashlib.shake_256(key_hash + domain_separator + context_length + message).digest(64)
