"""Run in a consumer's process: executes Python blocks, each as a Pulumi program with AWS mocked, as ``__main__.py`` would be.

Standard input is a JSON list of ``[place, kind, source]``; standard output gets what is wrong, as JSON, by place.
"""

import ast
import importlib
import json
import sys
import traceback
from collections.abc import Iterator

import pulumi
from kms_jwt.components.testing import declare

CONFIG = {"shop:backend": "https://backend.example.com/", "shop:issuer": "https://auth.example.com"}


def faults(kind: str, source: str) -> Iterator[str]:
    """What is wrong with a block."""
    try:
        tree = ast.parse(source if not source.startswith('"') else "{" + source + "}")
    except SyntaxError as error:
        yield str(error)
        return
    yield from _unresolved(tree)
    if kind != "fragment":
        try:
            declare(lambda: exec(compile(tree, "block", "exec"), {"__name__": "__main__"}))  # noqa: S102 - our own blocks
        except Exception:
            yield traceback.format_exc(limit=-1)


def _unresolved(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                importlib.import_module(alias.name)
        elif isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module or "")
            for alias in node.names:
                if not hasattr(module, alias.name):
                    yield f"{node.module} has no {alias.name}"


if __name__ == "__main__":
    pulumi.runtime.set_all_config(CONFIG)
    requests = json.load(sys.stdin)
    found = {place: wrong for place, kind, source in requests if (wrong := list(faults(kind, source)))}
    json.dump(found, sys.stdout)
