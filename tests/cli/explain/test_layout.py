"""What a terminal shows of an explanation: folded, coloured, and not controlled by what was sent."""

import contextlib
import sys

import pytest

from testkit.tokens import NOW

from .judged import ROUTE, good, headed, run_explain

HOSTILE = "\x1b[2J\x9b31m\n\x7f\u202e"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--route", f"GET /{HOSTILE}"],
        ["--route", ROUTE, "--now", HOSTILE],
        ["--route", ROUTE, HOSTILE],
        ["--route", ROUTE, "--config", HOSTILE],
    ],
)
@pytest.mark.parametrize(
    "claims", [{"note": HOSTILE}, {HOSTILE: 1, "aud": HOSTILE}, {"exp": HOSTILE}, {"sub": [HOSTILE]}]
)
def test_nothing_that_was_typed_or_sent_controls_the_terminal(
    claims: dict[str, object],
    arguments: list[str],
    config: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for text in (good(**claims), headed(kid=HOSTILE, typ=HOSTILE), HOSTILE, f"{HOSTILE} x"):
        with contextlib.suppress(SystemExit):
            run_explain(monkeypatch, text, "--config", config, *arguments)
        captured = capsys.readouterr()
        assert all(line.isprintable() for line in (captured.out + captured.err).split("\n"))


@pytest.mark.parametrize("width", [1, 20, 40, 80])
@pytest.mark.parametrize(
    "text",
    [good(), good(exp=NOW - 1), headed(kid="k" * 100), good(aud=["東京" * 30]), good(note="山田太郎" * 20), "x y"],
    ids=["allowed", "expired", "no space", "wide", "wide and allowed", "header"],
)
def test_at_a_terminal_every_line_fits_and_nothing_is_left_out(
    text: str, width: int, config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z"]
    run_explain(monkeypatch, text, *arguments)
    whole = capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    run_explain(monkeypatch, text, *arguments)
    shown = capsys.readouterr().out

    assert "".join(shown.split()) == "".join(whole.split())
    drawn = [sum(2 if char in "東京山田太郎" else 1 for char in line) for line in shown.splitlines()]
    assert max(drawn) <= max(width, 2), "a wide character is two columns"


def test_at_40_columns_it_is_folded_below_the_name(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    run_explain(monkeypatch, good(aud="reports"), "--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z")

    lines = capsys.readouterr().out.splitlines()
    failed = lines.index(next(line for line in lines if "FAILED" in line))
    assert lines[failed : failed + 3] == [
        "\x1b[31mFAILED\x1b[0m  audience  \x1b[1mwrong_audience: \x1b[0m\x1b[31maud is\x1b[0m",
        "        \x1b[31m'reports'\x1b[0m; \x1b[32maccepted: 'orders'\x1b[0m",
        "\x1b[2m-     \x1b[0m  times",
    ]
    assert lines[-1] == "\x1b[31mdenied: wrong_audience\x1b[0m"


def test_at_40_columns_ids_are_whole(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    kid = "7857e9f0-4c1f-4b6e-9d2f-0b5a3c7a140e"
    run_explain(monkeypatch, headed(kid=kid), "--config", config, "--now", "2027-01-15T08:00:00Z")

    lines = capsys.readouterr().out.splitlines()
    failed = lines.index(next(line for line in lines if "FAILED" in line))
    assert lines[failed : failed + 2] == ["FAILED  key  unknown_key: kid is", f" '{kid}';"]
