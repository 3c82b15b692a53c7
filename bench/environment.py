"""The tools of the benchmarks: a Python with Lambda's runtime client, and the functions in Go and Node.js, each built once."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from uv import find_uv_bin

from components.lambda_package.cache import cache_dir

_HERE = Path(__file__).parent
_LOCK_FILE = _HERE / "requirements.txt"
_GO = _HERE / "go"
_NODE = _HERE / "node"


class MissingError(RuntimeError):
    """Something to compare with is missing; the message says what, and how to get it."""


def runtime_python() -> Path:
    """The interpreter used in place of Lambda's: this one, with ``awslambdaric``, boto3 and their bytecode."""
    folder = cache_dir("bench") / f"runtime-{_digest(_LOCK_FILE, text=sys.version)}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            building = Path(scratch) / "environment"
            python = str(building / "bin" / "python")
            uv = [find_uv_bin(), "--quiet", "--no-progress"]
            install = ["pip", "install", "--compile-bytecode", "--require-hashes", "--python", python]
            subprocess.run([*uv, "venv", "--relocatable", "--python", sys.executable, str(building)], check=True)
            subprocess.run([*uv, *install, "--requirement", str(_LOCK_FILE)], check=True)
            building.rename(folder)
    return folder / "bin" / "python"


def site_packages() -> Path:
    """The folder with the packages of ``runtime_python``."""
    (folder,) = (runtime_python().parent.parent / "lib").glob("python*/site-packages")
    return folder


def go_program(name: str) -> Path:
    """The program ``go/<name>``, compiled. Raises ``MissingError`` if Go is not installed or fails to compile it."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise MissingError(
            "no Go on this machine, so nothing is compared with golang-jwt: see https://go.dev/doc/install"
        )
    version = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    sources = [*sorted(_GO.glob("*/*.go")), _GO / "go.mod", _GO / "go.sum"]
    folder = cache_dir("bench") / f"go-{_digest(*sources, text=version)}"
    program = folder / name
    if not program.exists():
        folder.mkdir(exist_ok=True)
        command = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(program), f"./{name}"]
        done = subprocess.run(command, cwd=_GO, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MissingError(f"Go cannot build bench/go/{name}: {done.stderr.strip()}")
    return program


def node_function() -> Path:
    """The folder of the function in ``node``, with what its lock file names. Raises ``MissingError`` without Node.js or npm."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise MissingError(
            "no Node.js on this machine, so nothing is compared with aws-jwt-verify: see https://nodejs.org"
        )
    sources = [_NODE / name for name in ("package.json", "package-lock.json", "handler.mjs", "runtime.mjs")]
    folder = cache_dir("bench") / f"node-{_digest(*sources, text='')}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            building = Path(scratch) / "function"
            building.mkdir()
            for source in sources:
                shutil.copy(source, building)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=building, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise MissingError(f"npm cannot install what bench/node needs: {done.stderr.strip()}")
            building.rename(folder)
    return folder


def _digest(*files: Path, text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
