"""What a program registers, in Pulumi's own wire format, and the documents that Pulumi writes about it.

The values, with the marks of unknown ones, assets and archives, and what each input depends on, are those that Pulumi's SDK
sends to the engine; the documents around them follow `sdk/go/common/display/json.go` and `apitype/core.go` of Pulumi.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from google.protobuf import json_format
from pulumi.runtime.mocks import MockMonitor

from components.testing import Recording, declare


@dataclass(frozen=True)
class Registered:
    """What a program registered."""

    recording: Recording
    states: dict[str, dict[str, Any]]
    """URN -> the resource, as in a document."""


def register(program: Callable[[], object] | Path, *, preview: bool = False) -> Registered:
    """Run ``program`` with AWS mocked."""
    requests: dict[str, Any] = {}
    receive: Any = MockMonitor.RegisterResource

    def keep(monitor: Any, request: Any) -> Any:
        response = receive(monitor, request)
        requests[response.urn] = request
        return response

    with patch.object(MockMonitor, "RegisterResource", keep):
        recording = declare(program, preview=preview)
    declared = {item.urn: item for item in recording.resources}
    parents = {request.parent for request in requests.values()}  # of an earlier program's stack it may be none
    return Registered(
        recording,
        {
            urn: {
                "urn": urn,
                "custom": request.custom,
                "type": request.type,
                **({"id": declared[urn].id} if urn in declared and declared[urn].id and request.custom else {}),
                "inputs": json_format.MessageToDict(request.object),
                "parent": request.parent,
                "propertyDependencies": {
                    name: list(sources.urns) for name, sources in request.propertyDependencies.items() if sources.urns
                },
                # As far as they are JSON: what the audit needs of them are ARNs and names.
                "outputs": json.loads(json.dumps(declared[urn].outputs, default=lambda value: None))
                if urn in declared
                else {},
            }
            for urn, request in requests.items()
            if urn in declared or urn in parents
        },
    )


def exported(states: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """As `pulumi stack export` writes it."""
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-11-29T00:00:00Z", "magic": "", "version": "v3.272.0"},
            "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:"}},
            "resources": list(states),
            "metadata": {},
        },
    }


def previewed(
    after: dict[str, dict[str, Any]], before: dict[str, dict[str, Any]] | None = None, *, show_sames: bool = True
) -> dict[str, Any]:
    """As `pulumi preview --json` writes it, with ``--show-sames`` or without."""
    before = before or {}
    steps = []
    for urn in dict.fromkeys([*before, *after]):
        old, new = before.get(urn), after.get(urn)
        op = "create" if old is None else "delete" if new is None else "same" if old == new else "update"
        states = {name: state for name, state in (("oldState", old), ("newState", new)) if state is not None}
        steps.append({"op": op, "urn": urn, **states, "detailedDiff": None})
    summary = {op: sum(step["op"] == op for step in steps) for op in ("create", "delete", "same", "update")}
    return {
        "config": {"aws:region": "eu-west-1"},
        "steps": [
            step for step in steps if show_sames or step["op"] != "same" or "pulumi:pulumi:Stack::" in str(step["urn"])
        ],
        "diagnostics": [{"message": "warning: a warning\n", "severity": "warning"}],
        "duration": 1900000000,
        "changeSummary": {op: count for op, count in summary.items() if count},
    }
