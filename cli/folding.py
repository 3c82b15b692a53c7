"""Lines that fit the terminal: folded at spaces, and continued below their own text."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, takewhile

from .terminal import Line, Span, encodable, printable

_Cell = tuple[str, str]
"""A character and its style."""


def folded(line: Line, width: int | None, indent: int = 0, *, between: str = " ") -> Iterator[Line]:
    """``line`` in lines of at most ``width`` columns, all but the first indented by ``indent``; ``None``: as it is.

    A word that fits a line only without the indentation is whole on a line of its own, with what is left of it: ids can be
    copied. A word that fits no line is broken anywhere. A line ends at ``between``, some spaces, if it has any, or else at a
    space.
    """
    if width is None:
        yield line
        return
    spans = [Span(line)] if isinstance(line, str) else line
    cells = [(char, span.style) for span in spans for char in encodable(printable(span.text))]
    indent = min(indent, width // 2)
    room, before = width, ""
    while (end := _end(cells, room, between)) < len(cells):
        yield _spans(before, cells[:end])
        while end < len(cells) and cells[end][0] == " ":
            end += 1
        cells = cells[end:]
        word = _first_word(cells)
        before = " " * (min(indent, width - word) if word <= width else indent)
        room = width - len(before)
    yield _spans(before, cells)


def folded_at_spaces(line: Line, width: int | None, indent: int = 0) -> Iterator[Line]:
    """As ``folded``, between the columns that two spaces divide if possible. But a line with a word that fits no line stays
    as it is: the terminal wraps it, and a token or a URL that is copied there has no line break in it."""
    text = line if isinstance(line, str) else "".join(span.text for span in line)
    words = encodable(printable(text)).split(" ")
    fits = width is None or all(sum(map(_columns, word)) <= width for word in words)
    yield from folded(line, width if fits else None, indent, between="  ")


def _end(cells: list[_Cell], room: int, between: str) -> int:
    """How many of the ``cells`` make a line: at least one."""
    taken = accumulate(_columns(char) for char, _ in cells)
    full = next((index for index, columns in enumerate(taken) if columns > room), None)
    if full is None:
        return len(cells)
    text = "".join(char for char, _ in cells[: full + len(between)])
    ends = (text.rfind(spaces, 1, full + len(spaces)) for spaces in (between, " "))
    return next((len(text[:end].rstrip(" ")) for end in ends if text[: max(end, 0)].strip()), max(full, 1))


def _first_word(cells: list[_Cell]) -> int:
    """How wide it is."""
    return sum(_columns(char) for char, _ in takewhile(lambda cell: cell[0] != " ", cells))


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
