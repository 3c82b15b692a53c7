"""The client libraries of npm and of Go: programs that get tokens and print what the libraries hand to their users."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..docs.code_blocks import Block
from . import documented
from .service import Answer, Service

_HERE = Path(__file__).parent

_TOOLS = {
    "npm": "Node.js 20 or newer with npm (https://nodejs.org/en/download)",
    "go": "Go 1.26 or newer (https://go.dev/doc/install)",
}


_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/go/bin"))
"""With the folder of Go's own installer, which puts it on nobody's path."""


class MissingTool(RuntimeError):
    """A tool is not installed; the message says which, and where it is."""


class Result(NamedTuple):
    """What a library made of the answer to one request."""

    library: str
    method: str
    answer: Answer | None
    fault: str | None


def check_tools() -> None:
    """Raises ``MissingTool`` if a tool is not installed."""
    missing = [tool for name, tool in _TOOLS.items() if shutil.which(name, path=_PATH) is None]
    if missing:
        raise MissingTool(f"make clients needs {' and '.join(missing)} on the path")


def results(service: Service, scratch: Path) -> Iterator[Result]:
    """Run the programs, and the documented ones, with their dependencies as locked.

    Raises ``CalledProcessError`` if a program fails as a whole.
    """
    node, go = (_copy(name, scratch) for name in ("node", "go"))
    _run(node, "npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund")
    given = json.dumps(service.for_other_languages())
    for folder, command in ((node, ["node", "main.js"]), (go, ["go", "run", "-mod=readonly", "."])):
        found: list[Mapping[str, Any]] = json.loads(_run(folder, *command, given=given))
        yield from (Result(row["library"], row["method"], row.get("answer"), row.get("fault")) for row in found)
    yield from _documented(service, node, go)


def _documented(service: Service, node: Path, go: Path) -> Iterator[Result]:
    """The documentation's blocks."""
    for number, block in enumerate(documented.documented("js")):
        (node / f"documented-{number}.js").write_text(documented.javascript(block, service))
        yield _result(service, block, node, "node", f"documented-{number}.js")
    for number, block in enumerate(documented.documented("go")):
        (go / f"documented{number}").mkdir()
        (go / f"documented{number}" / "main.go").write_text(documented.go(block, service))
        yield _result(service, block, go, "go", "run", "-mod=readonly", f"./documented{number}")


def _result(service: Service, block: Block, folder: Path, *command: str) -> Result:
    method = documented.method_of(block.text)
    try:
        printed = _run(folder, *command, environment=documented.environment(service))
    except subprocess.CalledProcessError as fault:
        return Result(block.place, method, None, f"exit code {fault.returncode}, see above")
    return Result(block.place, method, json.loads(printed), None)


def _copy(name: str, scratch: Path) -> Path:
    return Path(shutil.copytree(_HERE / name, scratch / name, ignore=shutil.ignore_patterns("node_modules")))


def _run(folder: Path, *command: str, given: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What the command prints; its errors are shown as they are."""
    everything = {**os.environ, "PATH": _PATH, **(environment or {})}
    program = shutil.which(command[0], path=_PATH) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=everything, input=given, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout
