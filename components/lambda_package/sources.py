"""The files that a package is made of, and their hash."""

import functools
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def python_files(folder: Path) -> Iterator[tuple[str, str]]:
    """The path of each Python source below ``folder``, relative to it, and its file."""
    # Strings: a ``Path`` for each file takes longer than all else.
    files = (f"{above}{os.sep}{name}" for above, _, names in os.walk(folder) for name in names if name.endswith(".py"))
    yield from sorted((file.removeprefix(f"{folder}{os.sep}").replace(os.sep, "/"), file) for file in files)


def read_text(path: str) -> bytes:
    """The content with the line endings of the repository, from which a checkout on Windows may differ."""
    return Path(path).read_bytes().replace(b"\r\n", b"\n")


def hash_files(files: Iterable[tuple[str, str]]) -> str:
    """The hash of the names and contents of ``files``, which are read again only if one has changed since.

    A program may create a hundred functions of one package.
    """
    return _hash(tuple((name, path, _version(os.stat(path))) for name, path in files))  # noqa: PTH116


def _version(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@functools.lru_cache(maxsize=16)
def _hash(files: tuple[tuple[str, str, tuple[int, ...]], ...]) -> str:
    digest = hashlib.sha256()
    for name, path, _ in files:
        digest.update(f"{name}\0".encode() + read_text(path) + b"\0")
    return digest.hexdigest()
