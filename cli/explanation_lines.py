"""An explanation as lines: one for each check, or as many as the terminal's width makes of it."""

from collections.abc import Iterator

from .explained_routes import Explained
from .explanation import Check
from .folding import folded
from .terminal import BOLD, DIM, GREEN, RED, Line, Span

_MARKS = {True: Span("ok    ", GREEN), False: Span("FAILED", RED), None: Span("-     ", DIM)}
_NAMES = 9
"""The width of the column of names."""

_NARROW = 60
"""Below this width the details have no column of their own."""


def explanation_lines(explained: Explained, width: int | None) -> Iterator[Line]:
    """The checks, an empty line and the summary, ``width`` columns wide; ``None``: each check is one line."""
    narrow = width is not None and width < _NARROW
    for check in explained.checks:
        yield from folded(_line(check, 0 if narrow else _NAMES), width, 8 if narrow else 10 + _NAMES)
    yield ""
    yield from folded([Span(explained.summary, GREEN if explained.allowed else RED)], width)


def _line(check: Check, names: int) -> list[Span]:
    failed = check.passed is False
    found, wanted = check.result
    return [
        _MARKS[check.passed],
        Span(f"  {check.name:<{names}}" if check.passed is not None else f"  {check.name}"),
        Span("  " if check.detail else ""),
        Span(f"{check.reason}: " if check.reason else "", BOLD),
        Span(f"because of {check.claim}: " if check.claim else "", BOLD),
        Span(found, RED if failed else ""),
        Span("; " if found and wanted else ""),
        Span(wanted, GREEN if failed else ""),
    ]
