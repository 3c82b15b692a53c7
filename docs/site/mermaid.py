"""Mermaid, for the diagrams: one file of its npm package, fetched once and compared with the hash that is locked here."""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "11.6.0"
INTEGRITY = "sha512-PE8hGUy1LDlWIHWBP05SFdqUHGmRcCcK4IzpOKPE35eOw+G9zZgcnMpyunJVUEOgb//KBORPjysKndw8bFLuRg=="
"""Of the package's archive, as in a ``package-lock.json``; `npm ci` would fetch the hundred packages that the file contains."""


class NoMermaid(Exception):
    """npm is missing, or gave something else."""


def mermaid(cache: Path) -> Path:
    """The script, from ``cache`` if it is there: a second build needs no network. Raises ``NoMermaid``."""
    script = cache / f"mermaid-{VERSION}.min.js"
    if not script.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = script.with_suffix(".part")
        part.write_bytes(_fetched())
        part.replace(script)
    return script


def _fetched() -> bytes:
    if shutil.which("npm") is None:
        raise NoMermaid("npm is missing, which fetches Mermaid for the diagrams: install Node.js")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", f"mermaid@{VERSION}"], cwd=folder, capture_output=True, text=True
        )
        archives = list(Path(folder).glob("*.tgz"))
        if not archives:
            raise NoMermaid(f"npm pack mermaid@{VERSION} failed: {done.stderr.strip() or done.stdout.strip()}")
        archive = archives[0].read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != INTEGRITY:
        raise NoMermaid(f"mermaid {VERSION} has the hash {found}, and {INTEGRITY} is locked")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        member = files.extractfile("package/dist/mermaid.min.js")
        assert member is not None  # noqa: S101 # the hash says that it is there
        return member.read()
