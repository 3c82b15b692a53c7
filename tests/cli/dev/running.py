"""``kms-jwt dev`` in a process of its own, on a program that a test edits, at a terminal or at a pipe."""

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

from emulator.environment import ministack_python

ROOT = Path(__file__).resolve().parents[3]
_SECONDS = 60
"""After which a test fails that waits for a line: a busy machine may take a minute for what usually takes one second."""

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Running:
    """The running command and what it has printed so far, without control sequences."""

    def __init__(self, process: subprocess.Popen[bytes], output: int) -> None:
        self.process = process
        self.raw = ""
        self._output = output
        self._seen = 0

    @property
    def text(self) -> str:
        """All of it."""
        return _CONTROL.sub("", self.raw)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The next place, after the last one, where ``pattern`` is printed."""
        while not (found := re.compile(pattern).search(self.text, self._seen)):
            if not self._read():
                complaint = self.process.stderr.read().decode() if self.process.stderr else ""
                raise AssertionError(f"{pattern} was not printed, but:\n{self.text[self._seen :]}\n{complaint}")
        self._seen = found.end()
        return found

    def rest(self) -> str:
        """What is printed until the end."""
        while self._read():
            pass
        return self.text[self._seen :]

    def _read(self) -> bool:
        """Reads once. Whether there was something."""
        assert select.select([self._output], [], [], _SECONDS)[0], f"nothing for {_SECONDS} s after:\n{self.text}"
        try:
            read = os.read(self._output, 65536)
        except OSError:  # a terminal whose last process has ended
            return False
        self.raw += read.decode()
        return bool(read)


@contextlib.contextmanager
def at_terminal(program: Path, columns: int) -> Iterator[tuple[Running, int]]:
    """With the descriptor to type at."""
    keyboard, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, columns))
    own = {"PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": ""}
    # pytest-xdist's workers have variables with the size of another terminal, and these have priority.
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")} | own
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "dev"],
        cwd=program,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        preexec_fn=lambda: _control(terminal),
        start_new_session=True,
    ) as process:
        try:
            yield Running(process, keyboard), keyboard
        finally:
            process.terminate()
            os.close(terminal)
            os.close(keyboard)


def _control(terminal: int) -> None:
    """Its process group is in the foreground of the terminal, as of a shell."""
    import fcntl

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@contextlib.contextmanager
def at_pipe(program: Path, *arguments: str) -> Iterator[Running]:
    """Without a terminal."""
    ministack_python()  # a machine's first start makes its environment, and says so
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "dev", *arguments],
        cwd=program,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            yield Running(process, process.stdout.fileno())
        finally:
            process.terminate()
