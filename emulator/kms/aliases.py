"""Which aliases a key may have.

https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html

The pages do not say which error the two rules end in.
"""

from typing import Any

from ministack.services import kms

from .errors import KmsError


def check(operation: str, request: dict[str, Any], key: dict[str, Any]) -> None:
    """Raises ``KmsError`` if ``key`` cannot get this alias."""
    name = str(request.get("AliasName"))
    if name.startswith("alias/aws/"):
        raise KmsError("InvalidAliasNameException", f"{name}: alias/aws/ is reserved for the keys that AWS manages.")
    current = kms._resolve_key(name) if operation == "UpdateAlias" else None
    if current and _kind(current) != _kind(key):
        raise KmsError(
            "ValidationException",
            f"{name} is of a key that is {' for '.join(_kind(current))}, and cannot be of one that is "
            f"{' for '.join(_kind(key))}: delete it, and create it for the other key.",
        )


def _kind(key: dict[str, Any]) -> tuple[str, str]:
    spec = key["KeySpec"]
    kind = "symmetric" if spec == "SYMMETRIC_DEFAULT" else "HMAC" if spec.startswith("HMAC_") else "asymmetric"
    return kind, key["KeyUsage"]
