"""JSON input of users."""

import json
from typing import Any

Jwk = dict[str, Any]
"""A JSON Web Key (RFC 7517)."""


def parse_json(text: str) -> Any:
    """The JSON value in ``text``. Raises ``ValueError``."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def keys_of(jwks: object) -> list[Jwk]:
    """The keys of a JSON Web Key Set. Raises ``ValueError`` if ``jwks`` is not one."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError('a JSON Web Key Set must be an object with a list "keys" of objects')
    return keys
