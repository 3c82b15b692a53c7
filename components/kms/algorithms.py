"""The JOSE signature algorithms and their names in KMS.

https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
"""

from typing import NamedTuple


class KmsNames(NamedTuple):
    """The names of one JOSE algorithm in KMS."""

    key_spec: str
    """The spec of the keys that are created for it."""
    signing_algorithm: str
    """The only signing algorithm that the key is used with."""


ALGORITHMS = {
    "ES256": KmsNames("ECC_NIST_P256", "ECDSA_SHA_256"),
    "ES384": KmsNames("ECC_NIST_P384", "ECDSA_SHA_384"),
    "ES512": KmsNames("ECC_NIST_P521", "ECDSA_SHA_512"),
    "ES256K": KmsNames("ECC_SECG_P256K1", "ECDSA_SHA_256"),
    "RS256": KmsNames("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
    "RS384": KmsNames("RSA_3072", "RSASSA_PKCS1_V1_5_SHA_384"),
    "RS512": KmsNames("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_512"),
    "PS256": KmsNames("RSA_2048", "RSASSA_PSS_SHA_256"),
    "PS384": KmsNames("RSA_3072", "RSASSA_PSS_SHA_384"),
    "PS512": KmsNames("RSA_4096", "RSASSA_PSS_SHA_512"),
    "EdDSA": KmsNames("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"),
    "ML-DSA-44": KmsNames("ML_DSA_44", "ML_DSA_SHAKE_256"),
    "ML-DSA-65": KmsNames("ML_DSA_65", "ML_DSA_SHAKE_256"),
    "ML-DSA-87": KmsNames("ML_DSA_87", "ML_DSA_SHAKE_256"),
}
"""JOSE ``alg`` -> KMS. HMAC keys, SM2 and Ed25519ph are not supported: the first would be shared with verifiers, and JOSE has
no names for the others."""

DEFAULT_ALGORITHM = "ES512"
