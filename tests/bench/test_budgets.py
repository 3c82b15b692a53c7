"""Budgets that hold on any machine, because they are counted: modules at init, the package, resources."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.packaging import sizes
from bench.stamp import stamp
from bench.tokens import config
from components.lambda_authorizer.package import build_package
from components.lambda_package.target import Target, host_target
from testkit.signers import signer

SINGLE = {"authorizer": 24, "cryptography": 13, "typing": 0}
"""Of an ES512 authorizer; all but two of its own, and all but the binary of ``cryptography``'s, are in the single module."""

PLAIN = {"authorizer": 23, "cryptography": 15}
"""Without a single module; the other families take their own module more, and what ``cryptography`` has for them."""

STANDARD_LIBRARY = frozenset(
    {
        *("_collections", "_collections_abc", "_functools", "_json", "_operator", "_sre", "_thread", "_typing"),
        *("abc", "annotationlib", "atexit", "binascii", "collections", "contextlib", "copyreg", "enum", "functools"),
        *("heapq", "itertools", "json", "keyword", "math", "operator", "re", "reprlib", "sre_compile", "sre_constants"),
        *("sre_parse", "string", "threading", "time", "types", "typing", "warnings", "weakref", "_weakrefset"),
        *("__future__", "_stat", "genericpath", "importlib", "os", "posixpath", "stat"),
        *("_heapq", "_contextvars", "_types", "_ast", "ast", "_py_warnings"),
    }
)
"""What may come in at init, beside what is built into the interpreter, which differs among builds and costs nothing.
Lambda's runtime has nearly all of it anyway; ``hashlib``, ``ssl``, ``socket``, ``logging``,
``random``, ``datetime``, ``pathlib`` and ``inspect`` each cost a millisecond or more, and are not on the list."""

RESOURCES_PER_API = 19

_INIT = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import authorizer.handler
import json
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize(("single_module", "bounds"), [(True, SINGLE), (False, PLAIN)])
def test_modules_at_init(single_module: bool, bounds: dict[str, int], tmp_path: Path) -> None:
    modules = _modules_at_init(tmp_path, single_module=single_module)
    tops = [module.partition(".")[0] for module in modules]

    for part, bound in bounds.items():
        assert tops.count(part) <= bound, [module for module in modules if module.startswith(part)]
    others = set(tops) - set(bounds) - {"_cffi_backend", "_openssl"} - set(sys.builtin_module_names)
    assert others <= STANDARD_LIBRARY


def test_nothing_at_init_that_another_algorithm_or_key_source_needs(tmp_path: Path) -> None:
    modules = _modules_at_init(tmp_path)

    families = [module for module in modules if module.startswith("authorizer.algorithms.")]
    assert families == ["authorizer.algorithms.ecdsa", "authorizer.algorithms.members"]
    for part in ("backends", "ciphers", ".serialization", ".rsa", "x509", "boto"):
        assert not [module for module in modules if part in module], part


@pytest.mark.parametrize(
    ("target", "files"),
    [(Target("python3.12", "x86_64"), 153), (Target("python3.13", "arm64"), 153), (host_target(), 292)],
)
def test_size_of_the_package(target: Target, files: int) -> None:
    zipped, unzipped, count = sizes(build_package(target, bytecode=target.host))

    assert zipped <= 5_500_000
    assert unzipped <= 17_500_000
    assert count <= files


def test_resources_of_an_api() -> None:
    one, three = len(stamp(1).resources), len(stamp(3).resources)

    assert three - one == 2 * RESOURCES_PER_API


def _modules_at_init(folder: Path, *, single_module: bool = True) -> list[str]:
    """Of the package as it is deployed: with its own dependencies, and ``config.json`` beside it."""
    function = folder / "function"
    shutil.copytree(build_package(host_target(), single_module=single_module), function)
    (function / "config.json").write_text(json.dumps(config(signer("ES512"))))
    command = [sys.executable, "-I", "-S", "-B", "-c", _INIT, str(function)]
    modules: list[str] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return modules
