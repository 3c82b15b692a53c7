"""Which key usages a key spec has, and which keys are rotated.

https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
"""

from typing import Any

from .errors import KmsError

_ENCRYPT, _SIGN, _AGREE = "ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"

_USAGES = {
    "SYMMETRIC_DEFAULT": (_ENCRYPT,),
    "RSA_2048": (_ENCRYPT, _SIGN),
    "RSA_3072": (_ENCRYPT, _SIGN),
    "RSA_4096": (_ENCRYPT, _SIGN),
    "ECC_NIST_P256": (_SIGN, _AGREE),
    "ECC_NIST_P384": (_SIGN, _AGREE),
    "ECC_NIST_P521": (_SIGN, _AGREE),
    "ECC_SECG_P256K1": (_SIGN,),
    "ECC_NIST_EDWARDS25519": (_SIGN,),
    "ML_DSA_44": (_SIGN,),
    "ML_DSA_65": (_SIGN,),
    "ML_DSA_87": (_SIGN,),
}
"""HMAC keys are not here: MiniStack judges them itself, and rejects what it does not know."""


def check(spec: str, usage: str) -> None:
    """Raises ``KmsError`` if KMS creates no keys of this spec for this usage."""
    if usage not in _USAGES.get(spec, (usage,)):
        raise KmsError("ValidationException", f"KeyUsage {usage} is not compatible with KeySpec {spec}")


def check_rotation(key: dict[str, Any]) -> None:
    """Raises ``KmsError`` if KMS does not rotate such keys."""
    if key["KeySpec"] != "SYMMETRIC_DEFAULT":
        raise KmsError("UnsupportedOperationException", f"{key['Arn']} is not a symmetric encryption key.")
