"""Lines that fit the terminal: folded at spaces, and continued below their own text."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby

from .terminal import Line, Span, encodable, printable

_Cell = tuple[str, str]
"""A character and its style."""


def folded(line: Line, width: int | None, indent: int = 0) -> Iterator[Line]:
    """``line`` in lines of at most ``width`` columns, all but the first indented by ``indent``; ``None``: as it is.

    What has no space is broken anywhere.
    """
    if width is None:
        yield line
        return
    spans = [Span(line)] if isinstance(line, str) else line
    cells = [(char, span.style) for span in spans for char in encodable(printable(span.text))]
    indent = min(indent, width // 2)
    room, before = width, ""
    while (end := _end(cells, room)) < len(cells):
        yield _spans(before, cells[:end])
        while end < len(cells) and cells[end][0] == " ":
            end += 1
        cells, room, before = cells[end:], width - indent, " " * indent
    yield _spans(before, cells)


def _end(cells: list[_Cell], room: int) -> int:
    """How many of the ``cells`` make a line: at least one."""
    taken = accumulate(_columns(char) for char, _ in cells)
    full = next((index for index, columns in enumerate(taken) if columns > room), None)
    if full is None:
        return len(cells)
    return next((index for index in range(full, 0, -1) if cells[index][0] == " "), max(full, 1))


def _columns(char: str) -> int:
    """How wide a terminal draws it (Unicode Standard Annex #11)."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _spans(before: str, cells: Iterable[_Cell]) -> Line:
    spans = [
        Span("".join(char for char, _ in of_style), style) for style, of_style in groupby(cells, lambda cell: cell[1])
    ]
    return [Span(before), *spans]
