"""Reading the fields of ``config.json``. Every function raises ``ConfigError`` for a value of another kind."""

from collections.abc import Mapping


class ConfigError(ValueError):
    """A configuration that must not be used. The message names the field, what was found and what belongs there."""


def names(
    document: Mapping[str, object], field: str, *, path: str = "", at_least: int = 0, default: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """A list of strings, none of them empty."""
    value = document.get(field, list(default))
    well_formed = isinstance(value, list) and all(isinstance(name, str) and name for name in value)
    if not isinstance(value, list) or not well_formed or len(value) < at_least:
        at_least_one = "at least one string" if at_least else "strings"
        raise ConfigError(f"{path}{field}: must be a list of {at_least_one}, none of them empty, and is {value!r}")
    return tuple(value)


def mapping(document: Mapping[str, object], field: str) -> Mapping[str, object]:
    """An object, empty if it is absent."""
    value = document.get(field, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{field}: must be an object, and is {value!r}")
    return value


def integer(document: Mapping[str, object], field: str, default: int, low: int, high: int) -> int:
    """An integer from ``low`` to ``high``."""
    value = document.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{field}: must be an integer from {low} to {high}, and is {value!r}")
    return value


def optional_integer(document: Mapping[str, object], field: str) -> int | None:
    """A positive integer, or ``None`` if it is absent."""
    return integer(document, field, 0, 1, 2**31) if field in document else None
