"""MiniStack's own Python environment: created once from the lock file, then reused by every checkout.

MiniStack pins its own version of botocore, so it cannot be installed in the project's environment.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from .errors import SetupError
from .progress import Progress

LOCK_FILE = Path(__file__).parent / "requirements.txt"


def ministack_python() -> Path:
    """The Python interpreter with MiniStack, after creating its environment if there is none yet.

    Raises ``SetupError`` if the environment cannot be created.
    """
    environment = user_cache_path("kms-jwt", appauthor=False) / "emulator" / _fingerprint()
    python = _interpreter(environment)
    if not python.exists():
        environment.parent.mkdir(parents=True, exist_ok=True)
        with Progress("Setting up MiniStack's environment", note="once, a few seconds"):
            _build(environment)
    return python


def _fingerprint() -> str:
    """A hash of everything that the environment depends on: the locked packages and the interpreter."""
    parts = (LOCK_FILE.read_text(encoding="utf-8"), sys.version, sys.base_prefix)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _interpreter(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _build(environment: Path) -> None:
    """Builds in another folder and renames it at the end, so that an incomplete environment is never used."""
    uv = _uv()
    with tempfile.TemporaryDirectory(prefix=".building-", dir=environment.parent, ignore_cleanup_errors=True) as folder:
        unfinished = Path(folder) / "environment"
        _run(uv, "venv", "--relocatable", "--python", sys.executable, str(unfinished))
        python = str(_interpreter(unfinished))
        _run(uv, "pip", "install", "--python", python, "--require-hashes", "--requirement", str(LOCK_FILE))
        if environment.exists() and not _interpreter(environment).exists():
            shutil.rmtree(environment)  # the interpreter that it was created with has been removed
        try:
            unfinished.rename(environment)
        except OSError:
            # A parallel run was first; its environment is the same.
            if not _interpreter(environment).exists():
                raise


def _uv() -> str:
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise SetupError(
            "The emulator requires uv to install MiniStack, and there is no uv in this Python environment "
            f"({sys.prefix}). Run `make setup` and use .venv/bin/python, or install it with "
            "`python -m pip install uv`."
        ) from error


def _run(uv: str, *arguments: str) -> None:
    command = [uv, *arguments, "--quiet", "--no-progress"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(
            f"MiniStack cannot be installed: `uv {' '.join(arguments[:2])}` ended with {done.returncode}. "
            "The first run needs a network connection to a Python package index (behind a proxy, set HTTPS_PROXY; "
            "with an index of your own, set UV_DEFAULT_INDEX); later runs work offline. "
            f"The output of uv: {done.stderr.strip() or '(nothing)'}"
        )
