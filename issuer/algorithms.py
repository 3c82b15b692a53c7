"""How KMS makes the signature that a JOSE algorithm wants: what it is asked for, and what is done with its answer.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
"""

import hashlib
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


class SigningAlgorithm(NamedTuple):
    """A JOSE algorithm in terms of KMS."""

    kms_name: str
    """``SigningAlgorithm`` of the Sign call."""
    key_specs: tuple[str, ...]
    """The KMS key specs whose keys may sign with it."""
    digest: str | None = None
    """The hash that KMS is given, as ``hashlib`` calls it; ``None``: KMS is given the message itself."""
    coordinate_bytes: int | None = None
    """For ECDSA: the width of r and of s in a JWS (RFC 7518 section 3.4)."""
    external_mu: bool = False
    """Whether KMS takes mu instead of a message that is too long for it."""


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
    """The ``alg`` of a key of this spec, unless another is asked for; ``None`` for specs that sign no JWT."""
    if key_spec in _RSA_DEFAULTS:
        return _RSA_DEFAULTS[key_spec]
    return next((alg for alg, algorithm in ALGORITHMS.items() if key_spec in algorithm.key_specs), None)


def jws_signature(algorithm: SigningAlgorithm, kms_signature: bytes) -> bytes:
    """KMS's signature in the form that a JWS has.

    ECDSA signatures come as DER, whose integers are as short as they can be; a JWS has r and s side by side in fixed
    width, so short ones get their leading zeros back (RFC 7518 section 3.4).
    """
    if algorithm.coordinate_bytes is None:
        return kms_signature
    r, s = decode_dss_signature(kms_signature)
    return r.to_bytes(algorithm.coordinate_bytes) + s.to_bytes(algorithm.coordinate_bytes)


def public_key_hash(public_key: bytes) -> bytes:
    """What ML-DSA calls tr: it binds mu to the key. ``public_key`` is the raw key (FIPS 204, algorithm 6)."""
    return hashlib.shake_256(public_key).digest(64)


def external_mu(key_hash: bytes, message: bytes) -> bytes:
    """The 64 bytes that ML-DSA signs in place of ``message``, without pre-hashing and with an empty context, as RFC 9964 has
    it (FIPS 204, algorithms 2 and 7)."""
    domain_separator, context_length = b"\x00", b"\x00"
    return hashlib.shake_256(key_hash + domain_separator + context_length + message).digest(64)
