"""Where builds keep what can be made again: one folder per user, shared by every checkout."""

from pathlib import Path

from platformdirs import user_cache_path


def cache_dir(name: str) -> Path:
    """The cache folder ``name``, where the platform keeps caches (``~/.cache/kms-jwt`` on Linux), created when missing."""
    folder = user_cache_path("kms-jwt", appauthor=False) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
