"""The event loops that Pulumi's mocks work on."""

import asyncio
import contextlib
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pulumi import RunError
from pulumi.runtime.settings import set_root_resource


@contextlib.contextmanager
def event_loop() -> Iterator[None]:
    """See that the thread has an event loop: its own if there is one, else one that is closed at the end.

    Pulumi makes futures before it runs anything. Asyncio used to make a loop for them by itself; since Python 3.12 it warns,
    and since Python 3.14 it raises ``RuntimeError``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            loop = asyncio.get_event_loop()
    except (DeprecationWarning, RuntimeError):
        with threads_with_event_loops() as threads, asyncio.Runner() as runner:
            # This makes the loop, and makes it the thread's.
            runner.get_loop().set_default_executor(threads)
            _log_no_refusals(runner.get_loop())
            try:
                yield
            finally:
                # The mocks' stack waits for this loop, and so would all that is declared below it later.
                set_root_resource(None)  # type: ignore[arg-type] # how Pulumi says that there is none
    else:
        _log_no_refusals(loop)
        yield


def _log_no_refusals(loop: asyncio.AbstractEventLoop) -> None:
    """All that depends on an Output that is refused fails with it. One failure is raised; that there are others is no news."""

    def log(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), RunError):
            loop.default_exception_handler(context)

    if loop.get_exception_handler() is None:
        loop.set_exception_handler(log)


@contextlib.contextmanager
def threads_with_event_loops() -> Iterator[ThreadPoolExecutor]:
    """Threads for the mocks' answers: Pulumi needs a loop in every one, and would leave those it makes itself unclosed."""
    loops: list[asyncio.AbstractEventLoop] = []

    def begin() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    try:
        with ThreadPoolExecutor(max_workers=4, initializer=begin) as threads:
            yield threads
    finally:
        for loop in loops:
            loop.close()
