"""What every command shares: printable output, text in any Unicode encoding, and a quiet end when nobody reads on."""

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import terminal

TEXT = '{"note": "Zoë 東京 🚀"}\n'

HOSTILE = "a\x1b[2J\x1b]0;title\x07\x9b31m\n\r\t\x7f\u202e\u2028\u200b\ufeff\ud800\x00z"


def test_nothing_in_printable_text_controls_a_terminal() -> None:
    shown = terminal.printable(HOSTILE)

    assert shown.isprintable()
    assert shown == (
        r"a\x1b[2J\x1b]0;title\x07\x9b31m\n\r\t\x7f\u202e\u2028\u200b\ufeff\ud800\x00z"  # as Python writes it
    )
    assert terminal.printable("Zoë 東京 'x' \\n") == "Zoë 東京 'x' \\n"


def test_what_is_shown_and_complained_about_is_printable(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show(["one", HOSTILE])
    terminal.complain(HOSTILE)

    captured = capsys.readouterr()
    assert captured.out == f"one\n{terminal.printable(HOSTILE)}\n"
    assert captured.err == f"{terminal.printable(HOSTILE)}\n"


@pytest.mark.parametrize(
    ("terminal_", "no_color", "coloured"), [(True, "", True), (True, "1", False), (False, "", False)]
)
def test_styles_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal_: bool, no_color: str, coloured: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal_)
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal.show([[terminal.Span("ok", terminal.GREEN), terminal.Span(f" {HOSTILE}")]])

    shown = f" {terminal.printable(HOSTILE)}\n"
    assert capsys.readouterr().out == ("\x1b[32mok\x1b[0m" if coloured else "ok") + shown


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", b"Zo\\xeb \\u6771\n"), ("cp1252", b"Zo\xeb \\u6771\n"), ("utf-8", "Zoë 東\n".encode())],
)
def test_what_the_terminal_cannot_show_is_escaped(encoding: str, shown: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding=encoding, newline="\n"))
    terminal.show(["Zoë 東"])
    sys.stdout.flush()

    assert octets.getvalue() == shown


def test_output_into_a_string(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    terminal.show(["Zoë"])

    assert output.getvalue() == "Zoë\n"


@pytest.mark.parametrize("messages", [[HOSTILE], ["one", HOSTILE]])
def test_usage_errors_are_printable(messages: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        terminal.Parser(prog="tool").usage_error(messages)

    assert exit_.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 + len(messages)
    assert lines[1].startswith("tool: error: ")
    assert all(line.isprintable() for line in lines)


def test_what_was_typed_reaches_the_terminal_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        terminal.Parser(prog="tool").parse_args([HOSTILE])

    assert capsys.readouterr().err.splitlines()[1:] == [
        f"tool: error: unrecognized arguments: {terminal.printable(HOSTILE)}"
    ]


ENCODED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16 of PowerShell": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16 big-endian": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-16 big-endian without a mark": TEXT.encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
}


@pytest.mark.parametrize("octets", ENCODED.values(), ids=ENCODED)
def test_text_in_the_encodings_that_shells_write(
    octets: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text"
    file.write_bytes(octets)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))

    assert terminal.read_text(str(file)) == TEXT
    assert terminal.read_text("-") == TEXT


def test_standard_input_that_is_text_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\ufeff{TEXT}"))

    assert terminal.read_text("-") == TEXT


@pytest.mark.parametrize("octets", ["Zoë".encode("latin-1"), codecs.BOM_UTF16_LE + b"odd", b"\x80\x81binary"])
def test_what_is_no_text_is_refused_with_what_to_do(
    octets: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text"
    file.write_bytes(octets)
    with pytest.raises(ValueError, match=r"text: not text: .*: save it as UTF-8"):
        terminal.read_text(str(file))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
    with pytest.raises(ValueError, match=r"^standard input: not text: .* byte \d+\): save it as UTF-8$"):
        terminal.read_text("-")


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ValueError, match="standard input is closed: specify a file"):
        terminal.read_text("-")


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Makes a file descriptor the standard output of this process, and another the standard error."""
    opened: list[Any] = []

    def use(out: int) -> None:
        for name, descriptor in (("stdout", out), ("stderr", os.dup(out))):
            opened.append(os.fdopen(descriptor, "w"))
            monkeypatch.setattr(sys, name, opened[-1])

    yield use
    for stream in opened:
        stream.close()  # would raise if it still held something


def _nobody_reads() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _show() -> int:
    terminal.show(["text"])
    return 0


def test_when_nobody_reads_on_the_end_is_quiet(streams: Callable[[int], None]) -> None:
    streams(_nobody_reads())

    assert terminal.run(_show) == 141
    assert terminal.run(_show) == 0  # what is written now goes nowhere


def test_a_message_that_nobody_reads(streams: Callable[[int], None]) -> None:
    streams(_nobody_reads())

    def complain() -> int:
        terminal.complain("text" * 10000)
        return 1

    assert terminal.run(complain) == 141


def test_a_message_that_nobody_reads_without_standard_output(
    streams: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    streams(_nobody_reads())
    monkeypatch.setattr(sys, "stdout", None)

    def complain() -> int:
        terminal.complain("text" * 10000)
        return 1

    assert terminal.run(complain) == 141


def test_help_that_nobody_reads(streams: Callable[[int], None]) -> None:
    streams(_nobody_reads())

    assert terminal.run(lambda: len(vars(terminal.Parser().parse_args(["--help"])))) == 141


def test_output_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with os.fdopen(os.open(os.devnull, os.O_RDONLY), "w") as unwritable:
        monkeypatch.setattr(sys, "stdout", unwritable)
        assert terminal.run(_show) == 1

    assert capsys.readouterr().err == "standard output: [Errno 9] Bad file descriptor\n"


def test_no_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    assert terminal.run(_show) == 0


def test_ctrl_c_ends_a_command_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert terminal.run(interrupted) == 130
    assert capsys.readouterr() == ("", "")


def test_the_exit_code_is_the_commands() -> None:
    assert terminal.run(lambda: 7) == 7
    with pytest.raises(SystemExit):
        terminal.run(lambda: sys.exit(2))
