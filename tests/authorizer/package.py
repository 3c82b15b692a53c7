"""The authorizer as Lambda has it: a package with its configuration beside it, in a process of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = Path(__file__).resolve().parents[2] / "authorizer"

_PROGRAM = """
import sys

touched = []
sys.addaudithook(lambda name, _: touched.append(name) if name.startswith(("socket.", "subprocess.", "urllib.")) else None)
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
from authorizer.handler import handler
imported = sorted(set(sys.modules) - before)

import json

responses = [handler(event, None) for event in json.load(sys.stdin)]
later = sorted(set(sys.modules) - before - set(imported))
with open(sys.argv[2], "w") as file:
    json.dump({"responses": responses, "imported": imported, "later": later, "touched": touched}, file)
"""


class Run(NamedTuple):
    """What a process that handled some events left behind."""

    responses: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    """The log: what was written to standard output."""
    imported: set[str]
    """Modules that the init brought in, beyond those of the interpreter."""
    later: set[str]
    """Modules that the requests brought in."""
    touched: list[str]
    """Audit events of sockets, subprocesses and URLs."""


def make_package(directory: Path, config: Mapping[str, object] | str) -> Path:
    """The folder that is zipped for Lambda, its dependencies left out."""
    shutil.copytree(SOURCE, directory / "authorizer", ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return directory


def start(
    package: Path, result: Path, events: Sequence[object], **environment: str
) -> subprocess.CompletedProcess[str]:
    """Import the handler and let it handle ``events``, as the real time has it."""
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(package), str(result)],
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=False,
        cwd=package,
        env=environment,
    )


def run(package: Path, events: Sequence[object], **environment: str) -> Run:
    """``start`` that must succeed, and write nothing to standard error."""
    result = package / "result.json"
    process = start(package, result, events, **environment)
    assert (process.returncode, process.stderr) == (0, "")
    left = json.loads(result.read_text())
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    return Run(left["responses"], lines, set(left["imported"]), set(left["later"]), left["touched"])
