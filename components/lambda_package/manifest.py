"""The manifest of a cached folder: SHA-256 and mode of every file in it, written when it was built.

It detects damage to the cache: files that were lost, truncated, changed or added. Against other users, the cache folder is
private (``cache.py``).
"""

import hashlib
import json
import os
import stat
from pathlib import Path


def write_manifest(folder: Path, manifest: Path, name: str) -> None:
    """Write the content of ``folder``, which was just built and will be renamed to ``name``, to the file ``manifest``."""
    contents = {"name": name, "entries": _entries(folder)}
    manifest.write_text(json.dumps(contents, indent=0, sort_keys=True), encoding="utf-8")


def damage(folder: Path, manifest: Path) -> str | None:
    """The first difference between ``folder`` and its ``manifest``, as text after "it"; ``None`` if there is none.

    Links are not followed, and anything that cannot be read is a difference.
    """
    try:
        written = None if manifest.is_symlink() else json.loads(manifest.read_text(encoding="utf-8"))
        found = _entries(folder)
    except (OSError, ValueError, RecursionError) as error:
        return f"cannot be verified ({error})"
    match written:
        case {"name": folder.name, "entries": dict(entries)}:
            pass
        case _:
            return f"cannot be verified ({manifest} is not its list of files)"
    for name in sorted({*entries, *found}):
        if name not in found:
            return f"does not contain {name}"
        if name not in entries:
            return f"contains {name}, which was not built"
        if found[name] != entries[name]:
            return f"contains {name}, which has changed since it was built"
    return None


def _entries(folder: Path) -> dict[str, str]:
    """Relative path -> type, mode and, for a file, SHA-256; ``.`` is the folder itself."""
    entries = {".": _entry(str(folder), os.lstat(folder))}
    if stat.S_ISDIR(os.lstat(folder).st_mode):
        _add(str(folder), "", entries)
    return entries


def _add(folder: str, prefix: str, entries: dict[str, str]) -> None:
    with os.scandir(folder) as found:
        for item in found:
            entries[prefix + item.name] = _entry(item.path, item.stat(follow_symlinks=False))
            if item.is_dir(follow_symlinks=False):
                _add(item.path, f"{prefix}{item.name}/", entries)


def _entry(path: str, status: os.stat_result) -> str:
    form = stat.filemode(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        return form
    with open(path, "rb") as file:  # noqa: PTH123 - a ``Path`` for each of 300 files doubles the time
        return f"{form} {hashlib.file_digest(file, 'sha256').hexdigest()}"
