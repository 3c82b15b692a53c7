"""What a program says while it runs: by ``pulumi.log``, and by ``print``."""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOGGER = "emulator.program"
"""Where the emulator's Pulumi engine logs to."""


@contextmanager
def logged(say: Callable[[str, str], object]) -> Iterator[None]:
    """In the block ``say`` is called with severity (``info``, ``warning``, ``error``) and text of each message of
    ``pulumi.log``, from any thread."""
    logger, handler = logging.getLogger(_LOGGER), _Handler(say)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, say: Callable[[str, str], object]) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.levelname.lower(), record.getMessage())


class Printed(io.TextIOBase):
    """A standard output that calls ``say`` with each whole line."""

    def __init__(self, say: Callable[[str], object]) -> None:
        super().__init__()
        self._say = say
        self._begun = ""

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Also of several lines, or a part of one."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._say(line)
        return len(text)

    def close(self) -> None:
        """Says what has no end of line, too."""
        if self._begun:
            self.write("\n")
        super().close()
