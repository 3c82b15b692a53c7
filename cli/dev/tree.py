"""The resources of a deployment as a tree: each below the component that it is a part of, with how long it took."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..terminal import GREEN, RED, YELLOW, Line, Span

if TYPE_CHECKING:
    from ..packages.emulator import Step

_STYLES = {"create": GREEN, "update": YELLOW, "replace": YELLOW, "delete": RED}


@dataclass
class _Row:
    parent: str
    action: str | None = None
    seconds: float | None = None


class Tree:
    """Grows with each step, which any thread may add."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()

    def add(self, step: "Step") -> None:
        """A resource has begun, or is done."""
        with self._lock:
            row = self._rows.setdefault(step.urn, _Row(step.parent))
            row.action, row.seconds = step.action, step.seconds

    def adopt(self, before: "Tree") -> None:
        """What this deployment left as it was keeps what ``before`` says of it."""
        with self._lock:
            for urn, row in self._rows.items():
                old = before._rows.get(urn)
                if row.action is None and old is not None:
                    row.action, row.seconds = old.action, old.seconds

    def lines(self) -> list[Line]:
        """All of it, parents first, each level indented by two."""
        with self._lock:
            rows = dict(self._rows)
        parts: dict[str, list[str]] = {}
        for urn, row in rows.items():
            parts.setdefault(row.parent if row.parent in rows else "", []).append(urn)
        return list(_lines("", 0, rows, parts))


def _lines(parent: str, depth: int, rows: dict[str, _Row], parts: dict[str, list[str]]) -> Iterator[Line]:
    for urn in parts.get(parent, ()):
        yield step_line(urn, rows[urn].action, rows[urn].seconds, depth)
        yield from _lines(urn, depth + 1, rows, parts)


def step_line(urn: str, action: str | None, seconds: float | None, depth: int = 0) -> Line:
    """As ``create  Key signing-2024  0.04 s``."""
    _, _, types, name = urn.split("::", 3)
    kind = types.rpartition("$")[2].rpartition(":")[2]
    took = "" if seconds is None or action is None else f"  {seconds:.2f} s"
    did = Span(f"  {action}" if action else "", _STYLES.get(action or "", ""))
    return [Span("  " * depth + f"{kind} {name}"), did, Span(took)]
