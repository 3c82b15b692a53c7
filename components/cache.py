"""Where builds keep what can be made again: one folder per user, shared by every checkout."""

import os
import sys
from pathlib import Path


def cache_dir(name: str) -> Path:
    """The cache folder ``name``, created when missing.

    It lies where the platform keeps caches: below ``$XDG_CACHE_HOME`` if that is set (XDG Base Directory Specification),
    else ``~/Library/Caches`` on macOS, ``%LOCALAPPDATA%`` on Windows and ``~/.cache`` elsewhere.
    """
    if base := os.environ.get("XDG_CACHE_HOME"):
        root = Path(base)
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        root = Path.home() / ".cache"
    folder = root / "kms-jwt" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
