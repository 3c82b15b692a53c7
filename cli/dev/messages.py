"""What a program says by ``pulumi.log`` while it runs; so does the library when it builds a package."""

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
