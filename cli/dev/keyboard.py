"""Single keys from the terminal, without Enter."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def has_keys() -> bool:
    """Whether somebody can type: standard input is a terminal, and this process is in its foreground."""
    if sys.stdin is None or not sys.stdin.isatty() or sys.stdout is None or not sys.stdout.isatty():
        return False
    try:
        import termios  # noqa: F401 - not on Windows
    except ImportError:
        return False
    return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


@contextmanager
def keys(press: Callable[[str], object]) -> Iterator[None]:
    """Calls ``press`` with each key, from a thread; with an empty string when the terminal is gone.

    The terminal is then as it was before, whatever ends the block. Ctrl-C stays an interrupt.
    """
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    ended, end = os.pipe()
    reader = threading.Thread(target=_read, args=(terminal, ended, press), daemon=True)
    reader.start()
    try:
        yield
    finally:
        os.close(end)
        reader.join()
        os.close(ended)
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read(terminal: int, ended: int, press: Callable[[str], object]) -> None:
    import select

    while ended not in (ready := select.select([terminal, ended], [], [])[0]):
        try:
            pressed = os.read(terminal, 1) if ready else b""
        except OSError:
            pressed = b""
        press(pressed.decode("ascii", "replace"))
        if not pressed:
            return
