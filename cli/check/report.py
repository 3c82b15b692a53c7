"""The result as a table, as JSON, and as a JUnit file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from ..terminal import BOLD, GREEN, RED, YELLOW, Line, Span, printable
from .row import Row, State

_STYLES = {State.KEPT: GREEN, State.BROKEN: RED, State.NOT_CHECKED: YELLOW, State.NOT_APPLICABLE: ""}

Results = Mapping[str, Sequence[Row]]
"""The rows of each API, by a name for it."""


def table(rows: Sequence[Row], notes: Sequence[str] = (), heading: str = "") -> Iterator[Line]:
    """The rows as a table. ``notes``, one for each row, are a column with ``heading``."""
    more = [(heading, list(notes))] if notes else []
    columns = [
        ("checked", [row.promise for row in rows]),
        ("expected", [row.expected for row in rows]),
        ("found", [row.found for row in rows]),
        *more,
    ]
    texts = [_padded([title, *column]) for title, column in columns]
    for index, line in enumerate("  ".join(cells).rstrip() for cells in zip(*texts, strict=True)):
        if index == 0:
            yield [Span(f"        {line}", BOLD)]
        else:
            state = rows[index - 1].state
            yield [Span("  "), Span(f"{state:<4}", _STYLES[state]), Span(f"  {line}")]


def _padded(column: list[str]) -> list[str]:
    width = max(map(len, column))
    return [text.ljust(width) for text in column]


def summary(results: Results) -> Line:
    """One line: how many promises are kept."""
    states = [row.state for rows in results.values() for row in rows]
    broken, unknown = states.count(State.BROKEN), states.count(State.NOT_CHECKED)
    parts = [f"{states.count(State.KEPT)} ok", f"{broken} failed", f"{unknown} not checked"]
    return [Span(", ".join(parts), RED if broken else YELLOW if unknown else GREEN)]


def exit_code(results: Results) -> int:
    """1 if a promise is broken; otherwise 2 if one could not be checked; otherwise 0."""
    states = {row.state for rows in results.values() for row in rows}
    return 1 if State.BROKEN in states else 2 if State.NOT_CHECKED in states else 0


def as_json(results: Results) -> str:
    """``{"apis": {name: [{"checked", "expected", "found", "state"}]}}``."""
    apis = {
        name: [
            {"checked": row.promise, "expected": row.expected, "found": row.found, "state": row.state.name.lower()}
            for row in rows
        ]
        for name, rows in results.items()
    }
    return json.dumps({"apis": apis}, indent=2)


def as_junit(results: Results) -> str:
    """The form that pipelines read: a test suite for each API, a test case for each row."""
    suites = ElementTree.Element("testsuites", name="kms-jwt check")
    for name, rows in results.items():
        states = [row.state for row in rows]
        skipped = len(states) - states.count(State.KEPT) - states.count(State.BROKEN)
        counts = {"tests": len(rows), "failures": states.count(State.BROKEN), "skipped": skipped}
        attributes = {"name": printable(name), **{key: str(value) for key, value in counts.items()}}
        suite = ElementTree.SubElement(suites, "testsuite", attributes)
        for row in rows:
            case = ElementTree.SubElement(suite, "testcase", classname=printable(name), name=printable(row.promise))
            message = printable(f"expected {row.expected}, found {row.found}")
            if row.state is State.BROKEN:
                ElementTree.SubElement(case, "failure", message=message)
            elif row.state is not State.KEPT:
                ElementTree.SubElement(case, "skipped", message=message)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
