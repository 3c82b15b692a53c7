"""Input and output of the commands: terminal, files and pipes.

Nothing in a token may control the terminal, text is accepted in the encodings that shells write, and the reader of the output
may close it early.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TextIO

INTERRUPTED = 130
OUTPUT_CLOSED = 141
"""The exit codes that a shell reports for programs ended by SIGINT and SIGPIPE: 128 plus the signal number."""


class Span(NamedTuple):
    """A part of a line, in a style."""

    text: str
    style: str = ""
    """The parameter of ECMA-48's SGR, such as ``32`` for green."""


Line = str | Sequence[Span]

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


class Parser(argparse.ArgumentParser):
    """argparse's parser with messages made ``printable``, and with help that can be piped like any other output."""

    def print_help(self, file: Any = None) -> None:
        """Print the help; unlike argparse's own method, it does not suppress the ``OSError`` that ``run`` handles."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> NoReturn:
        """Print the usage and ``message``, and exit with 2."""
        self.usage_error([message])

    def usage_error(self, messages: Iterable[str]) -> NoReturn:
        """Print the usage and ``messages``, one per line, and exit with 2."""
        super().error("\n".join(map(printable, messages)))


def printable(text: str) -> str:
    """``text`` in one line, with every character that is not printable escaped as in Python: control characters, line
    separators, bidirectional overrides, unpaired surrogates."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def show(lines: Iterable[Line]) -> None:
    """Print ``lines`` to standard output, each made ``printable``; characters that its encoding lacks are escaped, too.

    Styles appear at a terminal, unless NO_COLOR is set (https://no-color.org).
    """
    styled = sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(encodable("".join(f"{_line(line, styled)}\n" for line in lines)), end="")


def encodable(text: str, stream: TextIO | None = None) -> str:
    """``text`` with every character escaped that the encoding of ``stream``, by default standard output, lacks."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def output_width() -> int | None:
    """The columns of the terminal that is standard output; a file or a pipe has none."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None


def _line(line: Line, styled: bool) -> str:
    spans = [Span(line)] if isinstance(line, str) else line
    return "".join(
        f"\033[{span.style}m{printable(span.text)}\033[0m"
        if styled and span.style and span.text
        else printable(span.text)
        for span in spans
    )


def complain(message: str) -> None:
    """Print ``message``, made ``printable``, to standard error."""
    print(printable(message), file=sys.stderr, flush=True)


def read_text(path: str) -> str:
    """The text in the file at ``path``; ``-`` is standard input.

    The encoding may be UTF-8, UTF-16 (which PowerShell's ``>`` writes) or UTF-32, with or without a byte order mark.

    Raises ``OSError``, and ``ValueError`` if it is not such text.
    """
    name, octets = ("standard input", _standard_input()) if path == "-" else (path, Path(path).read_bytes())
    # Meant for JSON: it goes by the byte order mark, or by the zero octets around the first character, ASCII in tokens too.
    encoding = json.detect_encoding(octets)
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as fault:
        raise ValueError(
            f"{name}: not text: {fault.reason} ({encoding}, byte {fault.start}): save it as UTF-8"
        ) from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("standard input is closed: specify a file")
    octets = getattr(sys.stdin, "buffer", None)  # a Python caller may have replaced it with a text stream
    return octets.read() if octets is not None else sys.stdin.read().encode("utf-8", "surrogatepass")


def run(command: Callable[[], int]) -> int:
    """Run ``command``, which returns its exit code, and flush its output.

    Ends without a message, like other tools, if the reader of the output has closed it, as ``head`` does, and on Ctrl-C.
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
    """Discard the buffered output of ``stream``: the interpreter would try to write it again at exit, and report an error."""
    if stream is None:  # closed since the start
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
