"""A row of the result: one promise, what is expected, and what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What is known about a promise."""

    KEPT = "ok"
    BROKEN = "FAIL"
    NOT_CHECKED = "?"
    """It could not be found out: a missing permission, no time left. The row says which."""
    NOT_APPLICABLE = "-"
    """The API has nothing that it is about, such as no route with scopes."""


@dataclass(frozen=True)
class Row:
    """One promise; ``promise`` is the same in each run, so that results can be compared."""

    promise: str
    expected: str
    found: str
    state: State


class NotChecked(Exception):
    """A promise could not be checked; the message says why."""


class NotApplicable(Exception):
    """A promise is not about this API; the message says why."""


class Broken(Exception):
    """A promise is broken, since what it is about is missing; the message says what."""


@dataclass(frozen=True)
class Finding:
    """What was found, and whether it is as promised."""

    kept: bool
    found: str


def of_faults(faults: list[str], kept: str) -> Finding:
    """What is wrong, each fault once, or ``kept`` if nothing is."""
    return Finding(not faults, "; ".join(dict.fromkeys(faults)) or kept)


def judged(promise: str, expected: str, find: Callable[[], Finding]) -> Row:
    """The row for what ``find`` returns. It may raise ``NotChecked``, ``NotApplicable`` and ``Broken``."""
    try:
        finding = find()
    except NotChecked as reason:
        return Row(promise, expected, str(reason), State.NOT_CHECKED)
    except NotApplicable as reason:
        return Row(promise, expected, str(reason), State.NOT_APPLICABLE)
    except Broken as reason:
        return Row(promise, expected, str(reason), State.BROKEN)
    return Row(promise, expected, finding.found, State.KEPT if finding.kept else State.BROKEN)
