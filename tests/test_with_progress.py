"""What ``make`` shows while it installs: a line that comes and goes at a terminal, and a plain line elsewhere."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / ".ci" / "with_progress.py"
SAYS = "import sys; print('a warning'); sys.exit(3)"


def _command(*code: str) -> list[str]:
    return [sys.executable, "-S", str(SCRIPT), "Installing the locked dependencies", *code]


def test_elsewhere_it_is_a_plain_line() -> None:
    done = subprocess.run(_command(sys.executable, "-S", "-c", SAYS), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "a warning\n",
        "Installing the locked dependencies ...\n",
    )


@pytest.mark.parametrize("columns", ["12", "40"])
def test_at_a_terminal_it_is_one_line_that_fits_and_disappears(columns: str) -> None:
    code, sent = _at_terminal(columns, sys.executable, "-S", "-c", SAYS)

    assert code == 3
    line, _, rest = sent.rpartition("\r\x1b[2K")
    assert rest == "a warning\r\n"
    frames = [frame for frame in line.split("\r\x1b[2K") if frame]
    assert all(re.fullmatch(r"[-\\|/] .* ?0:00:\d\d", frame) for frame in frames)
    assert max(map(len, frames)) < int(columns)


def test_what_a_signal_has_ended_is_told_as_by_a_shell() -> None:
    code, sent = _at_terminal("40", sys.executable, "-S", "-c", "import os; os.kill(os.getpid(), 15)")

    assert code == 128 + signal.SIGTERM
    assert sent.endswith("\r\x1b[2K")


def test_a_program_that_is_not_there() -> None:
    done = subprocess.run(_command("no-such-program"), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.splitlines()[1:]) == (127, ["no-such-program: No such file or directory"])


def _at_terminal(columns: str, *command: str) -> tuple[int, str]:
    """The exit code, and all that a terminal was sent."""
    reader, writer = pty.openpty()
    environment = {**os.environ, "COLUMNS": columns, "TERM": "xterm"}
    process = subprocess.Popen(_command(*command), env=environment, stdout=writer, stderr=writer)
    os.close(writer)
    sent = b""
    try:
        while octets := os.read(reader, 4096):
            sent += octets
    except OSError:  # Linux: the other end is closed
        pass
    os.close(reader)
    return process.wait(), sent.decode()
