"""Running uv with the user's configuration, whatever the program's folder contains."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_PROJECT = "[tool.uv.workspace]\n"
"""A ``pyproject.toml`` at which uv's search ends: the root of a workspace, without settings."""

_NOT_OURS = ("UV_COMPILE_BYTECODE",)
"""Variables that would change what is installed, and that no option overrides."""


def find_uv() -> str | None:
    """The uv of this Python environment, otherwise the one on the path."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def run_uv(uv: str, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``uv`` with ``arguments``, and with these environment ``variables`` in addition to the user's.

    The user's and the system's configuration apply: ``uv.toml``, and uv's variables for index, proxy, certificates and
    keyring. Settings in ``pyproject.toml`` and ``uv.toml`` in or above the current folder are for the program's own
    dependencies, or may be another user's (``/tmp``): uv gets a project without settings instead. The current folder is kept,
    since the user's variables may contain relative paths.
    """
    users = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    with tempfile.TemporaryDirectory(prefix="kms-jwt-") as project:
        (Path(project) / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
        return subprocess.run(
            [uv, "--project", project, *arguments],
            env={**users, **(variables or {})},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
