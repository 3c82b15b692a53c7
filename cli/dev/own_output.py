"""Standard output for the session alone: what the program prints, and what it starts, would come between lines of JSON."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def own_output() -> Iterator[TextIO | None]:
    """A stream to what standard output was before; in the block, what is printed goes to standard error. ``None`` if it is
    closed."""
    output = _descriptor(sys.stdout)
    if output is None:  # closed, or a stream of Python's
        yield sys.stdout
        return
    sys.stdout.flush()
    with os.fdopen(os.dup(output), "w", encoding="utf-8") as own:
        errors = _descriptor(sys.stderr)
        instead = os.open(os.devnull, os.O_WRONLY) if errors is None else os.dup(errors)
        os.dup2(instead, output)
        os.close(instead)
        try:
            yield own
        finally:
            with suppress(OSError):
                sys.stdout.flush()
            os.dup2(own.fileno(), output)


def _descriptor(stream: TextIO | None) -> int | None:
    if stream is None:
        return None
    with suppress(OSError):
        return stream.fileno()
    return None
