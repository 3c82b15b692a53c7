"""Claims and headers, validated and converted to the JSON that is signed (RFC 7519, RFC 8259)."""

import math
from calendar import timegm
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .errors import InvalidToken

_NUMERIC_DATES = ("exp", "iat", "nbf")
"""The claims in which a datetime is accepted, as in PyJWT."""


def checked_claims(claims: object) -> dict[str, Any]:
    """A copy of ``claims`` in the types of JSON, with datetimes in ``exp``, ``iat`` and ``nbf`` as seconds since the epoch.

    As in PyJWT, a datetime without a time zone is taken as UTC, and fractions of a second are dropped. Raises
    ``InvalidToken``, which lists every error.
    """
    if isinstance(claims, Mapping):
        claims = {name: _numeric_date(value) if name in _NUMERIC_DATES else value for name, value in claims.items()}
    return _checked("claims", claims)


def checked_headers(headers: object) -> dict[str, Any]:
    """A copy of ``headers`` in the types of JSON. Raises ``InvalidToken``, which lists every error."""
    return _checked("headers", headers)


def _numeric_date(value: object) -> object:
    return timegm(value.utctimetuple()) if isinstance(value, datetime) else value


def _checked(name: str, members: object) -> dict[str, Any]:
    if not isinstance(members, Mapping):
        raise InvalidToken(f"{name}: must be a mapping, and is {_kind(members)}")
    faults: list[str] = []
    try:
        value: dict[str, Any] = _plain(members, name, faults)
    except RecursionError:
        raise InvalidToken(f"{name}: nested too deeply, or containing themselves") from None
    if faults:
        raise InvalidToken("; ".join(faults))
    return value


def _plain(value: object, path: str, faults: list[str]) -> Any:
    """``value`` in the types of JSON; values of other types are recorded in ``faults``."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if not _is_unicode(value):
            faults.append(f"{path}: contains an unpaired surrogate, which is not a character: {value!r}")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            faults.append(
                f"{path}: {value!r} is not a JSON number: omit it, or write null (None in Python) or a string"
            )
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}[{index}]", faults) for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {name: _plain(item, _below(path, name, faults), faults) for name, item in value.items()}
    if isinstance(value, datetime):
        faults.append(
            f"{path}: is a datetime, which is accepted only in {', '.join(_NUMERIC_DATES)}: write int(...timestamp())"
        )
    else:
        faults.append(
            f"{path}: is {_kind(value)}, which is not a JSON type: write a string, a number, a list or a mapping"
        )
    return None


def _below(path: str, name: object, faults: list[str]) -> str:
    if not isinstance(name, str):
        faults.append(f"{path}: has the name {name!r}, but names in JSON must be strings: write {str(name)!r}")
    elif not _is_unicode(name):
        faults.append(f"{path}: has a name with an unpaired surrogate, which is not a character: {name!r}")
    elif name.isidentifier():
        return f"{path}.{name}"
    return f"{path}[{name!r}]"


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _kind(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"
