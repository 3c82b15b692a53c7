"""What may be signed: the size of a message, and the message types of a signing algorithm.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
"""

import base64
import binascii
from typing import Any, NamedTuple

from .errors import KmsError

MAX_BYTES = 4096
_TYPES = ("RAW", "DIGEST", "EXTERNAL_MU")
_MU_BYTES = 64
"""Of the message representative μ: FIPS 204, section 6.2."""

ML_DSA = "ML_DSA_SHAKE_256"
_OTHER_TYPES = {
    "ED25519_SHA_512": ("RAW",),
    "ED25519_PH_SHA_512": ("DIGEST",),
    ML_DSA: ("RAW", "EXTERNAL_MU"),
}
"""For all other algorithms: RAW and DIGEST. MiniStack checks the length of a digest."""


class Message(NamedTuple):
    """What is signed, and how."""

    content: bytes
    is_mu: bool


def message(request: dict[str, Any]) -> Message:
    """The message of a Sign or Verify request. Raises ``KmsError`` if KMS does not accept it."""
    algorithm, kind = request.get("SigningAlgorithm"), request.get("MessageType", "RAW")
    content = decoded(request, "Message")
    if not 1 <= len(content) <= MAX_BYTES:
        raise KmsError(
            "ValidationException",
            f"1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length from 1 "
            f"to {MAX_BYTES}, and has {len(content)}",
        )
    if kind not in _TYPES:
        raise KmsError(
            "ValidationException",
            f"1 validation error detected: Value '{kind}' at 'messageType' failed to satisfy constraint: Member must "
            f"satisfy enum value set: [{', '.join(_TYPES)}]",
        )
    if kind not in _OTHER_TYPES.get(str(algorithm), ("RAW", "DIGEST")):
        raise KmsError("ValidationException", f"MessageType {kind} is not valid for algorithm {algorithm}.")
    if kind == "EXTERNAL_MU" and len(content) != _MU_BYTES:
        raise KmsError(
            "ValidationException", f"A message of type EXTERNAL_MU has {_MU_BYTES} bytes, not {len(content)}."
        )
    return Message(content, kind == "EXTERNAL_MU")


def decoded(request: dict[str, Any], name: str) -> bytes:
    """A blob of the request. Raises ``KmsError`` if it is not base64."""
    try:
        return base64.b64decode(request.get(name) or "", validate=True)
    except (TypeError, binascii.Error):
        raise KmsError("SerializationException", f"{name} is not valid base64.") from None
