"""What ends a session from outside: signals, a terminal that is gone, a reader that has left."""

import itertools
import os
import select
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO


class HungUp(KeyboardInterrupt):
    """The terminal is gone: there is nobody to tell anything."""


_PATIENCE = 2
"""Signals after which the next one ends the process at once: a program may catch whatever is raised."""


@contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """SIGINT and SIGTERM raise ``KeyboardInterrupt``, SIGHUP ``HungUp``, in the main thread.

    Also SIGINT, which programs that a shell starts in the background ignore by default. Not with Python's own handler: asyncio
    would put in its place one that waits for a program that may never end.
    """
    received = itertools.count(1)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if next(received) > _PATIENCE:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        raise HungUp if signal.Signals(number).name == "SIGHUP" else KeyboardInterrupt

    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def when_reader_leaves(stream: TextIO | None, left: Callable[[], object]) -> None:
    """Calls ``left``, from a thread, once ``stream`` is a pipe without a reader: nothing may be printed for hours."""
    if stream is None:
        return
    try:
        output = stream.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(output).st_mode)
    except OSError:  # a stream of Python's
        return
    if not is_pipe or not hasattr(select, "poll"):
        return

    def wait() -> None:
        poll = select.poll()
        poll.register(output, 0)  # an error is always told
        poll.poll()
        left()

    threading.Thread(target=wait, daemon=True).start()
