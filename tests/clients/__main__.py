"""``python -m tests.clients``: each client library of PyPI, npm and Go, and curl, with each way to authenticate, as a table."""

import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from authorizer.denial import Denied
from cli.progress import Progress
from emulator.server import MiniStack

from ..aws_schemas.models import judged
from .deployed import service_with_all_clients
from .other_languages import MissingTool, Result, check_tools, results
from .python_libraries import LIBRARIES
from .service import METHODS, Service


def main() -> int:
    """Print the table; 1 if a cell is not right, or if Node.js or Go is missing."""
    try:
        check_tools()
    except MissingTool as fault:
        print(fault, file=sys.stderr)
        return 1
    with (
        Progress("Asking for tokens with each client library") as progress,
        judged(),
        MiniStack() as ministack,
        service_with_all_clients(ministack) as service,
        tempfile.TemporaryDirectory() as scratch,
    ):
        found: list[Result] = []
        for result in chain(_of_python(service), results(service, Path(scratch))):
            found.append(result)
            progress.show(len(found), f"{result.library}, {result.method}")
        faults = {(result.library, result.method): _fault(service, result) for result in found}
    print(f"{'':<22}", *METHODS)
    for library in dict.fromkeys(result.library for result in found):
        cells = ["-" if (library, method) not in faults else _cell(faults[library, method]) for method in METHODS]
        print(f"{library:<22}", *(f"{cell:<{len(method)}}" for cell, method in zip(cells, METHODS, strict=True)))
    wrong = {cell: fault for cell, fault in faults.items() if fault}
    for (library, method), what in wrong.items():
        print(f"{library}, {method}: {what}")
    print(f"{len(faults) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _of_python(service: Service) -> Iterator[Result]:
    for library, methods in LIBRARIES.items():
        for method, request in methods.items():
            try:
                yield Result(library, method, request(service), None)
            except Exception as fault:
                yield Result(library, method, None, repr(fault))


def _fault(service: Service, result: Result) -> str | None:
    if result.answer is None or result.fault:
        return result.fault or "no answer"
    try:
        service.check(result.method, result.answer)
    except (AssertionError, Denied, KeyError) as fault:
        members = {name: value for name, value in result.answer.items() if name != "access_token"}
        return f"{fault!r}: {members}"
    return None


def _cell(fault: str | None) -> str:
    return "FAILED" if fault else "ok"


if __name__ == "__main__":
    sys.exit(main())
