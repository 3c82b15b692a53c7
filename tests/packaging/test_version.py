"""The version has one place, ``pyproject.toml``; what is written or built from it says the same."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

PLACES = {"pyproject.toml", "schema.json", "CHANGELOG.md"}
"""Where it is set; what `make reference` writes; what was released when."""


def test_the_version_is_written_nowhere_else() -> None:
    ours = re.compile(rf"(?:kms[-_]jwt|version)\b[^\n]{{0,12}}\b{re.escape(VERSION)}(?![\d.])", re.IGNORECASE)
    command = [
        "git",
        "ls-files",
        "--",
        "*.md",
        "*.py",
        "*.toml",
        "*.json",
        "*.yaml",
        "*.yml",
        "Makefile",
        ".ci",
        ":!tests",
    ]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    others = [name for name in names if name not in PLACES and not name.startswith("examples/")]

    assert [name for name in others if (ROOT / name).is_file() and ours.search((ROOT / name).read_text())] == []


def test_the_command_says_it() -> None:
    command = [sys.executable, "-m", "cli", "--version"]
    assert (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == f"kms-jwt {VERSION}\n"
    )
