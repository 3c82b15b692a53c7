"""The package's bytecode, made by an interpreter of the version that Lambda runs: whichever deploys does not matter."""

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
"""Lambda runtime -> the number that its bytecode begins with. All releases of a version have the same; what came before
the first one may differ (``Include/internal/pycore_magic_number.h`` of CPython)."""

_COMPILER = Path(__file__).with_name("bytecode_compiler.py")

_PLAIN = ("-P", "-s", "-S", "-B", "-W", "ignore")
"""No site and no packages, neither the script's folder nor the user's."""

_DESCRIBE = """
import sys, sysconfig, json, importlib.util
magic, free_threaded = importlib.util.MAGIC_NUMBER[:2], bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
facts = [sys.implementation.name, *sys.version_info[:2], int.from_bytes(magic, "little"), free_threaded]
print(json.dumps([facts, sys.executable]))
"""


def this_python() -> str | None:
    """The path of the interpreter that runs this program, if it has bytecode that can be kept in files."""
    return sys.executable if sys.implementation.name == "cpython" else None


@functools.cache  # interpreters do not come and go while a program runs
def find_python(runtime: str) -> str | None:
    """The path of an interpreter whose bytecode is that of the Lambda runtime ``runtime``, or ``None``.

    The one that runs this program if it fits, else the first that does of those that uv finds: its own, those on the
    path, and pyenv's. Nothing is downloaded.
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

    Lambda, whose file system is read-only, would otherwise compile them at every cold start. It happens in a process of
    its own, without anybody's settings, so that the bytes depend on nothing but the version of Python.

    Raises ``CalledProcessError``, whose ``stderr`` says why, and ``OSError``.
    """
    _run(python, str(_COMPILER), str(folder))


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield sys.executable
    if (uv := find_uv()) is None:
        return
    # `uv python find` gives up at the first that does not answer, as pyenv's stand-in for a version that is not chosen.
    options = ("--only-installed", "--output-format", "json", "--no-python-downloads")
    try:
        listed = run_uv(uv, "python", "list", version, *options, variables={"PYENV_VERSION": version})
        listed.check_returncode()
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
        pulumi.log.warn(f"uv cannot list the Pythons of this machine, of which one might make bytecode: {reason}")
        return
    yield from (item["path"] for item in json.loads(listed.stdout))


def _run(python: str, *arguments: str, pyenv_version: str | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONHASHSEED": "0"} | ({"PYENV_VERSION": pyenv_version} if pyenv_version else {})
    done = subprocess.run(
        [python, *_PLAIN, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=True
    )
    return done.stdout
