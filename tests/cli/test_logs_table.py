"""The table of ``kms-jwt logs``: it fits the terminal, and nothing that is logged controls it."""

import pytest

from cli.logs.decisions import Decision
from cli.logs.table import Table
from cli.terminal import GREEN, RED, Span

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
