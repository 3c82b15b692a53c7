"""A worker keeps nothing to itself but that a test began, and what went well around it."""

from types import SimpleNamespace
from typing import Any

import pytest

from .worker_reports import report_what_counts


def _sent(**options: object) -> list[str]:
    sent: list[str] = []

    def send(name: str, *, data: Any = None) -> None:
        sent.append(f"{name} {data['when']} {data['outcome']}" if data else name)

    worker = SimpleNamespace(sendevent=send)
    option = SimpleNamespace(**{"durations": None, "xmlpath": None, **options})
    manager = SimpleNamespace(get_plugins=lambda: [object(), worker])
    report_what_counts(SimpleNamespace(option=option, pluginmanager=manager))  # type: ignore[arg-type] # what is read of it
    worker.sendevent("logstart")
    for when in ("setup", "call", "teardown"):
        for outcome in ("passed", "failed", "skipped"):
            worker.sendevent("testreport", data={"when": when, "outcome": outcome})
    worker.sendevent("logfinish")
    return sent


def test_what_counts_is_sent() -> None:
    failures = [f"testreport {when} {outcome}" for when in ("setup", "teardown") for outcome in ("failed", "skipped")]

    assert sorted(_sent()) == sorted(
        ["logfinish", *(f"testreport call {outcome}" for outcome in ("passed", "failed", "skipped")), *failures]
    )


@pytest.mark.parametrize("options", [{"durations": 3}, {"xmlpath": "report.xml"}])
def test_all_is_sent_where_it_is_shown(options: dict[str, object]) -> None:
    assert len(_sent(**options)) == 11
