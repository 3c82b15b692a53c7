"""The event loops of Pulumi's mocks."""

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
    """Ensure that the thread has an event loop: its own if there is one, otherwise one that is closed at the end.

    Pulumi creates futures before it runs anything. Asyncio used to create a loop for them implicitly; since Python 3.12 it
    warns, and since Python 3.14 it raises ``RuntimeError``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            loop = asyncio.get_event_loop()
    except (DeprecationWarning, RuntimeError):
        with threads_with_event_loops() as threads, asyncio.Runner() as runner:
            # This creates the loop and sets it for the thread.
            runner.get_loop().set_default_executor(threads)
            _ignore_repeated_errors(runner.get_loop())
            try:
                yield
            finally:
                # The stack of the mocks waits for this loop, and so would everything that is declared below it later.
                set_root_resource(None)  # type: ignore[arg-type] # None means no root resource
    else:
        _ignore_repeated_errors(loop)
        yield


def _ignore_repeated_errors(loop: asyncio.AbstractEventLoop) -> None:
    """Do not log further failures of Outputs that depend on an invalid one; the first failure is raised."""

    def log(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), RunError):
            loop.default_exception_handler(context)

    if loop.get_exception_handler() is None:
        loop.set_exception_handler(log)


@contextlib.contextmanager
def threads_with_event_loops() -> Iterator[ThreadPoolExecutor]:
    """Threads for the mocks' answers: Pulumi needs a loop in each, and would not close those that it creates itself."""
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
