"""One attempt to read an issuer's key set, and what came of it."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from http.client import HTTPException
from ssl import SSLError
from typing import NamedTuple

from ..algorithms import Jwk
from ..keys import KeySet
from .attempt import NotAnswered, NotRequested, outcomes
from .bounded_http import Answer, TooLarge
from .fetch import fetch
from .key_set import Rejected, accept


class KeySetResult(NamedTuple):
    """What came of an attempt."""

    outcome: str
    """One of a closed set: ``refreshed``, or the kind of failure."""
    jwks: list[Jwk] | None
    """The usable keys; ``None`` after a failure."""
    dropped: int
    """The number of keys in the set that are not used."""
    status: int | None
    """HTTP status of the answer, if there is one."""
    octets: int
    """The size of its body in bytes."""
    milliseconds: float


def read_key_set(url: str, algorithms: Sequence[str], own: KeySet, clock: Callable[[], float]) -> KeySetResult:
    """Read the key set at ``url``. Never raises; takes at most ``attempt.DEADLINE_SECONDS``."""
    started = time.perf_counter()
    (answer,) = outcomes([partial(fetch, url)], clock)
    milliseconds = (time.perf_counter() - started) * 1000
    if not isinstance(answer, Answer):
        return KeySetResult(failure(answer), None, 0, None, 0, milliseconds)
    size = len(answer.body)
    try:
        found = accept(answer, algorithms, own)
    except Rejected as rejected:
        return KeySetResult(rejected.outcome, None, 0, answer.status, size, milliseconds)
    return KeySetResult("refreshed", found.jwks, found.dropped, answer.status, size, milliseconds)


def failure(fault: Exception) -> str:
    """The kind of failure, one of a closed set. Its text is not logged, since a server can write some of it."""
    for kind, name in _FAILURES:
        if isinstance(fault, kind):
            return name
    return "failed"


_FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((NotAnswered, NotRequested, TimeoutError), "deadline"),
    (TooLarge, "too_large"),
    (SSLError, "tls"),
    (OSError, "unreachable"),
    (HTTPException, "not_http"),
)
"""Subclasses come first."""
