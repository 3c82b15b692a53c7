"""What ends a session from outside: signals, a terminal that is gone, a reader that has left."""

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class HungUp(KeyboardInterrupt):
    """The terminal is gone: there is nobody to tell anything."""


def _hang_up(number: int, frame: FrameType | None) -> None:
    raise HungUp


@contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """SIGINT and SIGTERM raise ``KeyboardInterrupt``, SIGHUP ``HungUp``, in the main thread.

    Also SIGINT, which programs that a shell starts in the background ignore by default.
    """
    handlers = {"SIGINT": signal.default_int_handler, "SIGTERM": signal.default_int_handler, "SIGHUP": _hang_up}
    known = {getattr(signal, name): handler for name, handler in handlers.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in known.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def when_reader_leaves(left: Callable[[], object]) -> None:
    """Calls ``left``, from a thread, once standard output is a pipe without a reader: nothing may be printed for hours."""
    if sys.stdout is None:
        return
    try:
        output = sys.stdout.fileno()
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
