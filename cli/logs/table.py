"""Decisions as the lines of a table."""

from datetime import UTC, datetime
from typing import NamedTuple

from ..terminal import BOLD, GREEN, RED, Line, Span, encodable, printable
from .decisions import Decision


class Column(NamedTuple):
    """A column: its title, its width in characters, and the field of the log's lines."""

    title: str
    width: int
    field: str


_TIME, _REASON = Column("time (UTC)", 19, ""), Column("decision", 22, "Reason")

_MORE = (
    Column("route", 24, "routeKey"),
    Column("client", 16, "client"),
    Column("ms", 7, "latencyMs"),
    Column("caller", 15, "sourceIp"),
    Column("issuer", 12, "issuer"),
    Column("request", 16, "requestId"),
    Column("key", 36, "kid"),
)
"""The most important ones first. Widths are fixed, since each line is printed at once; what is longer runs over."""

_GAP = "  "
_NARROW = 60
"""Below this width only the time of day is shown."""


class Table:
    """The table, ``width`` characters wide; ``None``: as wide as it gets. With ``tokens``, it is of a token service."""

    def __init__(self, width: int | None, *, tokens: bool = False) -> None:
        self._width = width
        self._short = width is not None and width < _NARROW
        self._time = Column("time", 8, "") if self._short else _TIME
        more = [column for column in _MORE if column.field != ("routeKey" if tokens else "client")]
        while width is not None and more and self._total(more) > width:
            more.pop()
        self._more = more

    def _total(self, more: list[Column]) -> int:
        return sum(column.width + len(_GAP) for column in (self._time, _REASON, *more)) - len(_GAP)

    def title(self) -> Line:
        """The titles of the columns."""
        cells = [column.title.ljust(column.width) for column in (self._time, _REASON, *self._more)]
        return [Span(self._cut(_GAP.join(cells).rstrip()), BOLD)]

    def line(self, decision: Decision) -> Line:
        """One decision."""
        moment = datetime.fromtimestamp(decision.milliseconds / 1000, UTC)
        time = f"{moment:%H:%M:%S}" if self._short else f"{moment:%Y-%m-%d %H:%M:%S}"
        reason = _shown(decision.reason)
        cells = [reason.ljust(_REASON.width)]
        cells += [_value(decision, column).ljust(column.width) for column in self._more]
        before, text = time.ljust(self._time.width) + _GAP, _GAP.join(cells).rstrip()
        text = self._cut(before + text)[len(before) :]
        style = RED if decision.denied else GREEN
        return [Span(before), Span(text[: len(reason)], style), Span(text[len(reason) :])]

    def _cut(self, text: str) -> str:
        if self._width is None or len(text) <= self._width:
            return text
        return text[: self._width - 1] + ("…" if encodable("…") == "…" else ">")


def _value(decision: Decision, column: Column) -> str:
    value = decision.fields.get(column.field)
    if isinstance(value, float):
        return f"{value:.1f}"
    return "-" if value is None else _shown(str(value))


def _shown(text: str) -> str:
    """As wide as it will be."""
    return encodable(printable(text))
