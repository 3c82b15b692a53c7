"""JSON Web Key Sets (RFC 7517) from any source: only the public members are kept, and the authorizer's own code determines
which keys it can use."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..contract import PRIVATE_MEMBERS, parse_json, public_members
from .jwk import Jwk

_BYTE_ORDER_MARK = "\ufeff"
"""Windows PowerShell writes it at the beginning of files."""

_NO_LIST = 'must be the JSON of a JWKS, {"keys": [...]}, and has no list of keys'


class InvalidJwks(ValueError):
    """The text is not a JSON Web Key Set; the message says what was expected."""


class PublicKeys(NamedTuple):
    """The keys of a JWKS with only their public members, which may be packaged and published."""

    keys: list[Jwk]
    private: dict[int, list[str]]
    """The index of each key that had private members, and their names."""


def public_keys(text: str) -> PublicKeys:
    """The keys of a JWKS, without members that are not public. Raises ``InvalidJwks``."""
    keys = key_list(text)
    if not all(isinstance(key, dict) for key in keys):
        raise InvalidJwks(_NO_LIST)
    private = {index: [name for name in PRIVATE_MEMBERS if name in key] for index, key in enumerate(keys)}
    return PublicKeys(
        [public_members(key) for key in keys],
        {index: names for index, names in private.items() if names},
    )


def key_list(text: str) -> list[Any]:
    """The keys of a JWKS as they are, whatever they are. Raises ``InvalidJwks``."""
    try:
        keys = parse_json(text.removeprefix(_BYTE_ORDER_MARK).encode()).get("keys")
    except ValueError as fault:
        raise InvalidJwks(f'must be the JSON of a JWKS, {{"keys": [...]}}, and is invalid: {fault}') from None
    if not isinstance(keys, list):
        raise InvalidJwks(_NO_LIST)
    return keys


def named(index: int, key: object) -> str:
    """The key's name in messages: its index in the set, and its ``kid`` if it has one."""
    kid = key.get("kid") if isinstance(key, Mapping) else None
    return f"keys[{index}] ({kid!r})" if isinstance(kid, str) else f"keys[{index}]"
