"""Progress: a line that comes and goes at a terminal of any width and encoding, and a plain line elsewhere."""

import os
import pty
import re
import sys
import threading
from collections.abc import Iterator

import pytest

from cli.progress import Progress

HOSTILE = "a\x1b]0;title\x07\n[red]東京"


class Terminal:
    """A terminal, and all that it has been sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
        self._monkeypatch = monkeypatch
        self._reader, writer = pty.openpty()
        self.stream = os.fdopen(writer, "w", encoding=encoding)
        self._sent = b""
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def attach(self) -> None:
        """It is standard error now: pytest has its own in place again when a test begins."""
        self._monkeypatch.setattr(sys, "stderr", self.stream)

    def _read(self) -> None:
        try:
            while octets := os.read(self._reader, 4096):
                self._sent += octets
        except OSError:  # Linux: the other end is closed
            return

    def close(self) -> str:
        """All that was sent."""
        self.stream.close()
        self._thread.join()
        return self._sent.decode("utf-8", "replace")

    def end(self) -> None:
        os.close(self._reader)


@pytest.fixture(params=["utf-8", "cp1252"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    given = Terminal(monkeypatch, request.param)
    yield given
    given.end()


@pytest.mark.parametrize("animated", [True, False])
def test_at_a_terminal_it_is_one_line_that_fits_and_disappears(terminal: Terminal, animated: bool) -> None:
    terminal.attach()
    with Progress("Checking orders", 10, animated=animated) as progress:
        progress.show(3, "a long explanation of what is being done right now")
        with progress.hidden():
            terminal.stream.write("a row\n")
        progress.show(9, HOSTILE)

    sent = terminal.close()
    assert "Checking orders" in sent
    assert "\x1b]0;" not in sent
    before, _, after = sent.partition("a row")
    for text in (before, after):
        frames = re.split(r"\r|\n", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text))
        assert max(len(frame) for frame in frames) <= 40
        assert text.rstrip().endswith("\x1b[2K"), "the line is erased"


def test_without_a_terminal_it_is_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(f"Fuzzing {HOSTILE}", 60, note="for 60 s") as progress, progress.hidden():
        progress.show(30, "halfway")
    with Progress("Checking", plain=False):
        pass

    assert capsys.readouterr() == ("", "Fuzzing a\\x1b]0;title\\x07\\n[red]東京 (for 60 s) ...\n")


def test_with_no_color_it_is_a_plain_line_at_a_terminal_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.attach()
    with Progress("Checking"):
        pass

    assert terminal.close() == "Checking ...\r\n"


def test_without_standard_error_it_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress("Checking") as progress:
        progress.show(1)


def test_what_fails_leaves_no_line(terminal: Terminal) -> None:
    terminal.attach()
    with pytest.raises(RuntimeError), Progress("Checking"):
        raise RuntimeError

    assert terminal.close().rstrip().endswith("\x1b[2K")
