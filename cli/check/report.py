"""The result as lines of a table, as JSON, and as a JUnit file."""

import json
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from ..terminal import BOLD, GREEN, RED, YELLOW, Line, Span, printable
from .row import Row, State

_STYLES = {State.KEPT: GREEN, State.BROKEN: RED, State.NOT_CHECKED: YELLOW, State.NOT_APPLICABLE: ""}

_WIDTHS = (47, 32, 26)
"""Of the columns. They are fixed, since each line is printed as soon as it is known."""

Results = Mapping[str, Sequence[Row]]
"""The rows of each API, by a name for it."""


def title(heading: str = "") -> Line:
    """The titles of the columns; ``heading`` is that of the notes, if there are any."""
    return [Span(f"        {_padded('checked', 'expected', 'found', heading)}", BOLD)]


def line(row: Row, note: str = "") -> Line:
    """The row, and a note about it."""
    state = Span(f"{row.state:<4}", _STYLES[row.state])
    return [Span("  "), state, Span(f"  {_padded(row.promise, row.expected, row.found, note)}")]


def _padded(*cells: str) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, (*_WIDTHS, 0), strict=False)).rstrip()


def summary(results: Results) -> Line:
    """One line: how many promises are kept."""
    states = [row.state for rows in results.values() for row in rows]
    broken, unknown = states.count(State.BROKEN), states.count(State.NOT_CHECKED)
    parts = [f"{states.count(State.KEPT)} ok", f"{broken} failed", f"{unknown} not checked"]
    return [Span(", ".join(parts), RED if broken else YELLOW if unknown or not states else GREEN)]


def exit_code(results: Results) -> int:
    """1 if a promise is broken; otherwise 2 if one could not be checked, or none was; otherwise 0."""
    states = {row.state for rows in results.values() for row in rows}
    if State.BROKEN in states:
        return 1
    return 2 if State.NOT_CHECKED in states or not (results and all(results.values())) else 0


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


_JUNIT = {State.BROKEN: "failure", State.NOT_CHECKED: "error", State.NOT_APPLICABLE: "skipped"}
"""What could not be checked is an error, since pipelines take what is skipped for a success."""


def as_junit(results: Results) -> str:
    """The form that pipelines read: a test suite for each API, a test case for each row."""
    suites = ElementTree.Element("testsuites", name="kms-jwt check")
    for name, rows in results.items():
        states = [row.state for row in rows]
        plural = {"failures": State.BROKEN, "errors": State.NOT_CHECKED, "skipped": State.NOT_APPLICABLE}
        counts = {attribute: str(states.count(state)) for attribute, state in plural.items()}
        attributes = {"name": printable(name), "tests": str(len(rows)), **counts}
        suite = ElementTree.SubElement(suites, "testsuite", attributes)
        for row in rows:
            case = ElementTree.SubElement(suite, "testcase", classname=printable(name), name=printable(row.promise))
            if row.state in _JUNIT:
                message = printable(f"expected {row.expected}, found {row.found}")
                ElementTree.SubElement(case, _JUNIT[row.state], message=message)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
