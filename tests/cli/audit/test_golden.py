"""The reports of this repository's programs, as `components.testing.declare` records them: golden files."""

import json
import os
import runpy
import sys
import textwrap
import types
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

import components
import components.testing
from cli.audit import Report, audit, from_recording
from cli.audit.rendering import as_text
from components.testing import declare
from emulator.config import full_config, load_stack

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"

PROGRAMS = {
    "stack": (ROOT, "dev"),
    **{
        name: (ROOT / "examples" / name, "local")
        for name in (
            "existing_api",
            "existing_domain",
            "private_backend",
            "scopes",
            "shared_keys",
            "smallest",
            "token_service",
        )
    },
}
"""Golden file -> a program and its stack. The others build a package of their own first, or have no name yet."""

_SUPPLIED = {"backend": "https://backend.example.com", "architecture": "arm64"}
"""What those who run an example supply."""


@pytest.fixture
def as_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """``kms_jwt`` as consumers import it: the very modules of this process."""
    package = types.ModuleType("kms_jwt")
    package.__path__ = []
    for name, module in {"": package, ".components": components, ".components.testing": components.testing}.items():
        monkeypatch.setitem(sys.modules, f"kms_jwt{name}", module)


@pytest.mark.usefixtures("as_installed")
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_report_of_a_program_is_that_of_its_golden_file(name: str) -> None:
    """An intended change: run this test with ``UPDATE_GOLDEN=1``, read the difference, and say in the commit why."""
    report = _report(*PROGRAMS[name])
    golden, text = GOLDEN / f"{name}.txt", "\n".join(as_text(report)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text)

    assert text == golden.read_text()


def _report(folder: Path, stack: str) -> Report:
    recording = declare(_program(folder, stack), project=load_stack(folder, stack).project, stack=stack)
    return audit(from_recording(recording))


def _program(folder: Path, stack: str) -> Callable[[], None]:
    file = load_stack(folder, stack)
    prefix = f"{file.project}:"
    declared = (folder / "Pulumi.yaml").read_text()
    supplied = {f"{prefix}{key}": value for key, value in _SUPPLIED.items() if f"{key}:" in declared}
    config = full_config(folder, file.project, stack, {**file.config, **supplied})

    def program() -> None:
        pulumi.runtime.set_all_config(config)
        try:
            runpy.run_path(str(folder / "__main__.py"))
        finally:
            pulumi.runtime.set_all_config({})

    return program


def test_what_is_printed_as_json_says_the_same() -> None:
    """The other form has the same routes and findings."""
    from cli.audit.rendering import as_json

    report = _report(*PROGRAMS["stack"])
    document = json.loads(json.dumps(as_json(report)))

    assert [(api["name"], len(api["routes"])) for api in document["apis"]] == [("orders-api", 3), ("reports-api", 1)]
    (api, _) = document["apis"]
    assert api["authorizers"][0]["keys"] == {"signing-key-1-id": "ES512"}
    assert {route["route_key"]: (route["caller"], route["scopes"]) for route in api["routes"]} == {
        "GET /health": ("anybody", None),
        "GET /orders": ("token", ["orders:read"]),
        "POST /orders": ("token", ["orders:write"]),
    }
    assert [(found["rule"], found["level"]) for found in document["findings"]] == [("public-route", "noted")]
    assert document["changes"] is None


def test_the_documented_report_is_that_of_its_golden_file() -> None:
    document = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert textwrap.indent((GOLDEN / "scopes.txt").read_text(), "    ") in document
