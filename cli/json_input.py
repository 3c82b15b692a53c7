"""JSON that users give."""

import json
from typing import Any

Jwk = dict[str, Any]
"""A JSON Web Key (RFC 7517)."""


def parse_json(text: str) -> Any:
    """The value that ``text`` is. Raises ``ValueError``."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def keys_of(jwks: object) -> list[Jwk]:
    """The keys of a JSON Web Key Set. Raises ``ValueError`` for what is none."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError('a JSON Web Key Set is an object with a list "keys" of objects')
    return keys
