"""Reading the fields of ``config.json`` one by one; errors are collected with their paths and reported together."""

from collections.abc import Iterable, Mapping

from .record import Record


class Fault(Record):
    """One error in a configuration."""

    __slots__ = ("message", "path")

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        self.path = path
        """Names of fields, keys of objects and indices of lists, outermost first."""
        self.message = message
        """What is expected, and what was found."""

    def __str__(self) -> str:
        return f"{_spelled(self.path)}: {self.message}"


class ConfigError(ValueError):
    """The configuration is invalid.

    The message lists every error, one per line. ``faults`` lists them too, and is empty if the error is not in a field.
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class Fields:
    """The fields of the object at ``path``. An invalid field is recorded as a fault, and read as if it were absent."""

    def __init__(
        self, document: Mapping[str, object], path: tuple[str | int, ...] = (), faults: list[Fault] | None = None
    ) -> None:
        self.document = document
        self._path = path
        self._faults: list[Fault] = [] if faults is None else faults

    def fault(self, message: str, *below: str | int) -> None:
        """Record an error in the field, or the part of it, at ``below``."""
        self._faults.append(Fault((*self._path, *below), message))

    def raise_if_any(self) -> None:
        """Raise ``ConfigError`` if an error was recorded, here or in any object within the same document."""
        if self._faults:
            raise ConfigError("\n".join(map(str, self._faults)), tuple(self._faults))

    def only(self, known: Iterable[str]) -> None:
        """Record an error for each field that is not ``known``."""
        for field in self.document:
            if field not in known:
                self.fault(f"unknown field; the fields are {', '.join(sorted(known))}", field)

    def names(self, field: str, *, at_least: int = 0, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings, none of them empty or with leading or trailing white space."""
        values = self.values(field, at_least, default)
        return tuple(name for index, value in enumerate(values) if (name := self._name(value, field, index)))

    def name(self, field: str, default: str | None = None) -> str:
        """A string, not empty and without leading or trailing white space; required unless there is a ``default``."""
        return self._name(self.document.get(field, default), field)

    def _name(self, value: object, *below: str | int) -> str:
        if not isinstance(value, str) or not value:
            self.fault(f"must be a string that is not empty, and is {value!r}", *below)
        elif value != value.strip():
            self.fault(f"must not have leading or trailing white space: write {value.strip()!r}, not {value!r}", *below)
        elif not value.isprintable():
            self.fault(f"must be printable text, and is {value!r}", *below)
        else:
            return value
        return ""

    def values(self, field: str, at_least: int = 0, default: tuple[object, ...] = ()) -> list[object]:
        """A list of any values."""
        value = self.document.get(field, list(default))
        if isinstance(value, list) and len(value) >= at_least:
            return value
        self.fault(f"must be a list{' of at least one value' if at_least else ''}, and is {value!r}", field)
        return []

    def integer(self, field: str, default: int, low: int, high: int, unit: str) -> int:
        """An integer from ``low`` to ``high``."""
        value = self.document.get(field, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(f"must be an integer from {low} to {high} {unit}, and is {value!r}", field)
        return default

    def seconds(self, field: str) -> int | None:
        """A positive number of seconds, or ``None`` if it is absent."""
        return self.integer(field, 1, 1, 2**31, "seconds") if field in self.document else None

    def choice(self, field: str, choices: tuple[str, ...], default: str) -> str:
        """One of ``choices``."""
        value = self.document.get(field, default)
        if isinstance(value, str) and value in choices:
            return value
        self.fault(f"must be one of {', '.join(choices)}, and is {value!r}", field)
        return default

    def object(self, field: str) -> "Fields":
        """An object; an empty one if it is absent."""
        value = self.document.get(field, {})
        if not isinstance(value, dict):
            self.fault(f"must be an object, and is {value!r}", field)
            value = {}
        return Fields(value, (*self._path, field), self._faults)

    def objects(self, field: str, at_least: int = 0) -> "list[tuple[int, Fields]]":
        """A list of objects, each with its index. Errors do not quote other values, since these may be a private key."""
        value = self.document.get(field, [])
        if not isinstance(value, list) or len(value) < at_least:
            self.fault(f"must be a list of {'at least one object' if at_least else 'objects'}", field)
            return []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append((index, Fields(item, (*self._path, field, index), self._faults)))
            else:
                self.fault(f"must be an object, and is a {type(item).__name__}", field, index)
        return found


def _spelled(path: tuple[str | int, ...]) -> str:
    """``trusted_issuers[0].keys[1]``; names that are not identifiers are in brackets: ``routes["GET /orders"].scopes``."""
    spelled = ""
    for part in path:
        if isinstance(part, str) and part.isidentifier():
            spelled += f".{part}" if spelled else part
        else:
            spelled += f"[{part}]" if isinstance(part, int) else f'["{part}"]'
    return spelled
