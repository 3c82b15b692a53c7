"""Pulumi's special values in JSON: secrets, unknown values, assets and archives.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

import json
from typing import Any

from .resource import Opaque

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The member that says which kind of special value an object is."""

SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the kind, not a secret
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""A string that is known after deployment, and by now a value of any type."""

_UNKNOWNS = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

_BLINDED = "[secret]"
"""What `pulumi preview --json` writes in place of a secret."""


def plain(value: Any) -> Any:
    """``value`` with ``Opaque`` in place of what cannot be read. An asset is an object with ``text``, if that is known; an
    archive one with ``assets``. Secrets that were exported with ``--show-secrets`` are read."""
    if isinstance(value, str):
        if value in _UNKNOWNS:
            return Opaque.UNKNOWN
        return Opaque.SECRET if value == _BLINDED else value
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(SIGNATURE)
    if kind == SECRET:
        return _secret(value)
    if kind == _OUTPUT:
        return plain(value["value"]) if "value" in value else Opaque.UNKNOWN
    if kind == _REFERENCE:
        return plain(value.get("id") or value.get("urn"))
    return {name: plain(item) for name, item in value.items() if name != SIGNATURE}


def _secret(value: dict[str, Any]) -> Any:
    if "value" in value:
        return plain(value["value"])
    try:
        return plain(json.loads(value["plaintext"]))
    except (KeyError, TypeError, ValueError):
        return Opaque.SECRET
