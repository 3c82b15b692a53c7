"""Folding: at spaces, and ids stay whole."""

import pytest

from cli.folding import folded, folded_at_spaces
from cli.terminal import Line, Span

KID = "7857e9f0-4c1f-4b6e-9d2f-0b5a3c7a140e"
URL = "http://127.0.0.1:4566/_aws/execute-api/bcd1e181"


def _text(line: Line) -> str:
    return line if isinstance(line, str) else "".join(span.text for span in line)


def _folded(line: Line, width: int, indent: int) -> list[str]:
    return [_text(part) for part in folded(line, width, indent)]


def test_an_id_that_fits_the_line_is_whole_with_what_is_left_of_the_indentation() -> None:
    line = [Span("FAILED  "), Span(f"key  kid is '{KID}'; trusted: '{KID}', '{KID}'", "31")]
    assert _folded(line, 40, 8) == [
        "FAILED  key  kid is",
        f" '{KID}';",
        "        trusted:",
        f" '{KID}',",
        f"  '{KID}'",
    ]
    assert _folded(line, 60, 8)[0] == f"FAILED  key  kid is '{KID}';"


@pytest.mark.parametrize("width", [10, 20, 35])
def test_what_fits_no_line_is_broken(width: int) -> None:
    lines = _folded(f"kid {KID} alg", width, 4)
    assert max(map(len, lines)) == width
    assert "".join("".join(lines).split()) == f"kid{KID}alg"


def test_columns_stay_together_at_a_terminal() -> None:
    lines = folded_at_spaces("12:01:09 GET /orders  403  1 ms  insufficient_scope: needs orders:read", 40, 9)
    assert list(map(_text, lines)) == [
        "12:01:09 GET /orders  403  1 ms",
        "         insufficient_scope: needs",
        "         orders:read",
    ]


def test_a_column_is_not_begun_that_does_not_fit() -> None:
    lines = folded_at_spaces("12:01:09 GET /orders  403  1 ms  insufficient_scope: needs orders:read", 52, 9)
    assert list(map(_text, lines)) == [
        "12:01:09 GET /orders  403  1 ms",
        "         insufficient_scope: needs orders:read",
    ]


@pytest.mark.parametrize("width", [20, None])
def test_what_would_be_broken_is_left_to_the_terminal(width: int | None) -> None:
    line = f"orders-api  {URL}  and what follows it"
    assert list(map(_text, folded_at_spaces(line, width, 9))) == [line]
