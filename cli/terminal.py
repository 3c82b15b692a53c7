"""Between a command and the terminal, files and pipes around it.

Nothing that a token says may control the terminal, text comes in the encodings that shells write, and readers may leave early.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, TextIO

INTERRUPTED = 130
OUTPUT_CLOSED = 141
"""What a shell reports of tools that SIGINT or SIGPIPE has ended: 128 and the number of the signal."""


class Parser(argparse.ArgumentParser):
    """argparse's parser, whose messages are printable whatever was typed, and whose help may be piped like any other output."""

    def print_help(self, file: Any = None) -> None:
        """As argparse does it, which hides from ``run`` that nobody reads the output."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> NoReturn:
        """Exit with 2, after the usage and ``message``."""
        self.refuse([message])

    def refuse(self, messages: Iterable[str]) -> NoReturn:
        """Exit with 2, after the usage and ``messages``, a line each."""
        super().error("\n".join(map(printable, messages)))


def printable(text: str) -> str:
    """``text`` in one line, with every character that is not for printing escaped as Python does it: control characters, line
    separators, bidirectional overrides, halves of surrogate pairs."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def show(lines: Iterable[str]) -> None:
    """Print ``lines`` to standard output, each made ``printable``; what its encoding lacks is escaped, too."""
    text = "".join(f"{printable(line)}\n" for line in lines)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), end="")


def complain(message: str) -> None:
    """Print ``message``, made ``printable``, to standard error."""
    print(printable(message), file=sys.stderr, flush=True)


def read_text(path: str) -> str:
    """The text in the file at ``path``; ``-`` is standard input.

    It may be UTF-8, UTF-16 (as PowerShell's ``>`` writes it) or UTF-32, with a byte order mark or without one.

    Raises ``OSError``, and ``ValueError`` for what is no such text.
    """
    name, octets = ("standard input", _standard_input()) if path == "-" else (path, Path(path).read_bytes())
    # Made for JSON: told by the mark, or by the zero octets around a first character that is ASCII, as a token's is too.
    encoding = json.detect_encoding(octets)
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as fault:
        raise ValueError(
            f"{name}: no text: {fault.reason} ({encoding}, byte {fault.start}): save it as UTF-8"
        ) from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("standard input is closed: give a file")
    octets = getattr(sys.stdin, "buffer", None)  # whoever calls the command from Python may have put text there
    return octets.read() if octets is not None else sys.stdin.read().encode("utf-8", "surrogatepass")


def run(command: Callable[[], int]) -> int:
    """Run ``command``, which returns its exit code, and write out what it has printed.

    Ends as quietly as other tools do if whoever reads the output has left, as ``head`` does, and if somebody presses Ctrl-C.
    ``command`` handles the ``OSError`` of its inputs itself.
    """
    try:
        try:
            return command()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard(sys.stdout)
        _discard(sys.stderr)
        return OUTPUT_CLOSED
    except OSError as fault:
        _discard(sys.stdout)
        complain(f"standard output: {fault}")
        return 1


def _discard(stream: TextIO | None) -> None:
    """Send what ``stream`` still holds nowhere: the interpreter would try again at its end, and complain again."""
    if stream is None:  # closed from the start
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
