"""One attempt to read keys: requests in a thread, and a deadline for all of them together, since a caller is waiting."""

import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

DEADLINE_SECONDS = 1.5
"""The time limit for one attempt. At most half of ``settings.MIN_TIMEOUT_SECONDS``: if Lambda's own timeout came first, it
would end the execution environment, and the last good keys would be lost."""


class NotAnswered(Exception):
    """The request was made, and the deadline has passed."""


class NotRequested(Exception):
    """Neither this request nor those after it were made."""


def outcomes(
    requests: Sequence[Callable[[float], T]], clock: Callable[[], float], seconds: float | None = None
) -> Iterator[T | Exception]:
    """What each of ``requests`` returned or raised, in order, until the first that was ``NotAnswered`` or ``NotRequested``.

    A request is called with the deadline (``time.monotonic``), after ``seconds``, by default ``DEADLINE_SECONDS``. The requests
    are made in a thread, since nothing else limits the time of all of their steps: name resolution, for one, has no timeout.
    The thread writes only to a queue: once the caller has stopped reading it, late responses are discarded, and a thread that
    Lambda had frozen finds the deadline passed when it resumes.
    """
    arrived: SimpleQueue[T | Exception] = SimpleQueue()
    limit = DEADLINE_SECONDS if seconds is None else seconds
    deadline = time.monotonic() + limit

    def work() -> None:
        started = clock()
        for request in requests:
            # By both clocks: the first may stop while the environment is frozen, and the second may be set back.
            if time.monotonic() >= deadline or clock() - started >= limit:
                arrived.put(NotRequested(f"the requests before it took {limit} seconds"))
                return
            try:
                arrived.put(request(deadline))
            except Exception as fault:
                arrived.put(fault)

    try:
        Thread(target=work, daemon=True).start()
    except RuntimeError as fault:  # no thread can be started at present
        arrived.put(NotRequested(str(fault)))
    for _ in requests:
        try:
            outcome: T | Exception = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            outcome = NotAnswered(f"no response within {limit} seconds")
        yield outcome
        if isinstance(outcome, NotAnswered | NotRequested):
            return
