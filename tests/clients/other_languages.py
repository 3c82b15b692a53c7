"""The client libraries of npm and of Go: programs that read the service on standard input and write what they got."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .service import Answer, Service

_HERE = Path(__file__).parent

_TOOLS = {
    "npm": "Node.js 20 or newer, with npm: https://nodejs.org/en/download",
    "go": "Go 1.26 or newer: https://go.dev/doc/install",
}


class MissingTool(RuntimeError):
    """A tool is not installed; the message says which, and where it is."""


class Result(NamedTuple):
    """What a library made of the answer to one request."""

    library: str
    method: str
    answer: Answer | None
    fault: str | None


def results(service: Service, scratch: Path) -> Iterator[Result]:
    """Run both programs, with their dependencies as locked. Raises ``MissingTool`` and ``CalledProcessError``."""
    missing = [need for tool, need in _TOOLS.items() if shutil.which(tool) is None]
    if missing:
        raise MissingTool(f"needed and not on this machine's path: {'; '.join(missing)}")
    node = Path(shutil.copytree(_HERE / "node", scratch / "node", ignore=shutil.ignore_patterns("node_modules")))
    subprocess.run(["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=node, check=True)
    yield from _run(["node", "main.js"], node, service)
    yield from _run(["go", "run", "-mod=readonly", "."], _HERE / "go", service)


def _run(command: list[str], folder: Path, service: Service) -> Iterator[Result]:
    given = json.dumps(service.for_other_languages())
    done = subprocess.run(command, cwd=folder, input=given, stdout=subprocess.PIPE, text=True, check=True)
    found: list[Mapping[str, Any]] = json.loads(done.stdout)
    for row in found:
        yield Result(row["library"], row["method"], row.get("answer"), row.get("fault"))
