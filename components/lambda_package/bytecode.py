"""The package's bytecode, compiled by an interpreter of the version that Lambda runs, whichever version deploys."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pulumi

from .run_uv import find_uv, run_uv

MAGIC_NUMBERS = {"python3.12": 3531, "python3.13": 3571, "python3.14": 3627}
"""Lambda runtime -> the magic number of its bytecode. All releases of a version have the same; prereleases may differ
(``Include/internal/pycore_magic_number.h`` of CPython)."""

_COMPILER = Path(__file__).with_name("bytecode_compiler.py")

_PLAIN = ("-P", "-s", "-S", "-B", "-W", "ignore")
"""No site packages, and neither the script's folder nor the user's in ``sys.path``."""

_DESCRIBE = """
import sys, sysconfig, json, importlib.util
magic, free_threaded = importlib.util.MAGIC_NUMBER[:2], bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
facts = [sys.implementation.name, *sys.version_info[:2], int.from_bytes(magic, "little"), free_threaded]
print(json.dumps([facts, sys.executable]))
"""


def this_python() -> str | None:
    """The path of the interpreter that runs this program, if its bytecode can be stored in files."""
    return sys.executable if sys.implementation.name == "cpython" else None


@functools.cache  # the installed interpreters do not change while a program runs
def find_python(runtime: str) -> str | None:
    """The path of an interpreter that compiles bytecode for the Lambda runtime ``runtime``, or ``None``.

    The one that runs this program if suitable, otherwise the first suitable one that uv finds: its own, those on the path,
    and pyenv's. Nothing is downloaded.
    """
    version = runtime.removeprefix("python")
    major, minor = (int(part) for part in version.split("."))
    wanted = ["cpython", major, minor, MAGIC_NUMBERS.get(runtime), False]
    for candidate in _candidates(version):
        try:
            facts, executable = json.loads(_run(candidate, "-c", _DESCRIBE, pyenv_version=version))
        except (OSError, subprocess.CalledProcessError, ValueError, TypeError):
            continue
        if facts == wanted:
            return str(executable)
    return None


def compile_folder(python: str, folder: Path) -> None:
    """Add the bytecode of ``python`` to the sources below ``folder``.

    Lambda, whose file system is read-only, would otherwise compile them at every cold start. This runs in a separate process
    without user settings, so that the result depends only on the version of Python.

    Raises ``CalledProcessError``, whose ``stderr`` says why, and ``OSError``.
    """
    _run(python, str(_COMPILER), str(folder))


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield sys.executable
    if (uv := find_uv()) is None:
        return
    # `uv python find` fails at the first one that does not run, such as pyenv's shim for a version that is not selected.
    options = ("--only-installed", "--output-format", "json", "--no-python-downloads")
    try:
        listed = run_uv(uv, "python", "list", version, *options, variables={"PYENV_VERSION": version})
        listed.check_returncode()
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
        pulumi.log.warn(f"uv cannot list the Python versions on this machine, which are needed for bytecode: {reason}")
        return
    yield from (item["path"] for item in json.loads(listed.stdout))


def _run(python: str, *arguments: str, pyenv_version: str | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONHASHSEED": "0"} | ({"PYENV_VERSION": pyenv_version} if pyenv_version else {})
    done = subprocess.run(
        [python, *_PLAIN, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=True
    )
    return done.stdout
