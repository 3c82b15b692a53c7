"""The table of ``kms-jwt logs``: it fits the terminal, and nothing that is logged controls it."""

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from cli.logs.decisions import Decision, DecisionLog
from cli.logs.table import Table
from cli.terminal import GREEN, RED, Span, show

FIELDS = {
    "Reason": "wrong_audience",
    "routeKey": "GET /orders/{id}/lines",
    "latencyMs": 2.3456,
    "sourceIp": "192.0.2.1",
    "requestId": "Kk4fGg-nDoEEJ5w=",
    "kid": "7857b9d0-5c5e-4d3c-9d3d-0a3a3a3a140e",
}


def _text(line: object) -> str:
    assert isinstance(line, list)
    return "".join(Span(*span).text for span in line)


@pytest.mark.parametrize(
    ("width", "title", "line"),
    [
        (20, "time      decision", "12:34:56  wrong_aud…"),
        (40, "time      decision", "12:34:56  wrong_audience"),
        (
            70,
            "time (UTC)           decision                route",
            "2026-11-30 12:34:56  wrong_audience          GET /orders/{id}/lines",
        ),
        (
            None,
            "time (UTC)           decision                route                     ms       caller           issuer        "
            "request           key",
            "2026-11-30 12:34:56  wrong_audience          GET /orders/{id}/lines    2.3      192.0.2.1        -             "
            "Kk4fGg-nDoEEJ5w=  7857b9d0-5c5e-4d3c-9d3d-0a3a3a3a140e",
        ),
    ],
)
def test_the_most_important_columns_are_those_that_fit(width: int | None, title: str, line: str) -> None:
    table = Table(width)

    assert _text(table.title()) == title
    assert _text(table.line(Decision(1796042096789, FIELDS))) == line


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
@pytest.mark.parametrize("width", [20, 40, 80])
def test_what_is_escaped_fits_as_well(width: int, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding=encoding))
    hostile = "\x1b[31m[red]\n\u202eé\u017c" * 5
    show([Table(width).line(Decision(0, {"Reason": hostile, "routeKey": hostile}))])
    sys.stdout.flush()

    (line,) = octets.getvalue().decode(encoding).splitlines()
    assert len(line) == width
    assert line.isprintable()


def test_a_line_of_others_is_no_decision() -> None:
    lines = [
        "START RequestId: 1",
        "[" * 200_000,
        '{"Reason": "expired", "Functi',
        '["Reason"]',
        '{"Reason": "expired"}',
    ]
    said = json.dumps({"Reason": "expired", "FunctionName": "f"})
    events = [{"logStreamName": "s", "timestamp": at, "message": line} for at, line in enumerate([*lines, said])]
    logs: Any = SimpleNamespace(filter_log_events=lambda **_: {"events": events})

    assert [found.milliseconds for found in DecisionLog(logs, "group", 0, False).read()] == [len(lines)]


def test_of_a_token_service_the_client_is_shown() -> None:
    issued = Decision(0, {"Reason": "issued", "client": "billing", "latencyMs": 7.0})
    table = Table(80, tokens=True)

    assert _text(table.title()).split() == ["time", "(UTC)", "decision", "client", "ms"]
    assert _text(table.line(issued)) == "1970-01-01 00:00:00  issued                  billing           7.0"


def test_what_is_denied_is_red() -> None:
    styles = [
        [span.style for span in Table(None).line(Decision(0, {"Reason": reason})) if isinstance(span, Span)][1]
        for reason in ("allowed", "issued", "expired")
    ]

    assert styles == [GREEN, GREEN, RED]
