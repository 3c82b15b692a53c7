"""ML-DSA keys (FIPS 204), which MiniStack does not have: kept in its store as keys of another kind are.

https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html
"""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa
from ministack.services import kms

from .errors import KmsError
from .messages import ML_DSA, decoded, message

_PRIVATE_KEYS: dict[str, Any] = {
    "ML_DSA_44": mldsa.MLDSA44PrivateKey,
    "ML_DSA_65": mldsa.MLDSA65PrivateKey,
    "ML_DSA_87": mldsa.MLDSA87PrivateKey,
}

SPECS = frozenset(_PRIVATE_KEYS)

_STAND_IN = "ECC_NIST_EDWARDS25519"
"""The spec with which MiniStack makes the record of the key: one that signs, and takes no time."""


def create(request: dict[str, Any]) -> dict[str, Any]:
    """CreateKey. Raises ``KmsError`` if the key material is to be imported."""
    if request.get("Origin", "AWS_KMS") != "AWS_KMS":
        raise KmsError("UnsupportedOperationException", "The emulator imports no ML-DSA keys (docs/emulator.md).")
    _, _, body = kms._create_key({**request, "KeySpec": _STAND_IN, "CustomerMasterKeySpec": _STAND_IN})
    key, spec = kms._keys[json.loads(body)["KeyMetadata"]["KeyId"]], request["KeySpec"]
    key["KeySpec"], key["SigningAlgorithms"] = spec, [ML_DSA]
    kms._set_asymmetric_material(key, _PRIVATE_KEYS[spec].generate())
    return {"KeyMetadata": kms._key_metadata(key)}


def sign(key: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Sign."""
    content, is_mu = message(request)
    private_key = key["_private_key"]
    signature = private_key.sign_mu(content) if is_mu else private_key.sign(content)
    return {**_names(key), "Signature": base64.b64encode(signature).decode()}


def verify(key: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Verify. Raises ``KmsError`` if the signature is not valid, as KMS does."""
    content, is_mu = message(request)
    public_key = key["_private_key"].public_key()
    try:
        (public_key.verify_mu if is_mu else public_key.verify)(decoded(request, "Signature"), content)
    except InvalidSignature:
        raise KmsError("KMSInvalidSignatureException", "") from None
    return {**_names(key), "SignatureValid": True}


def _names(key: dict[str, Any]) -> dict[str, Any]:
    return {"KeyId": key["Arn"], "SigningAlgorithm": ML_DSA}
