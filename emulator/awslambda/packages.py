"""A function's package, unpacked once for all of its execution environments.

MiniStack unpacks it anew for each: 16 MB and a tenth of a second of CPU time for the authorizer's, in every cold start. Here
they get hard links to the same files, which are read-only, as ``/var/task`` is on AWS. Root may write to them all the same
(docs/emulator.md).
"""

import hashlib
import os
import shutil
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

_KEPT = 8
"""Packages kept unpacked. The one that was used longest ago is removed; environments that run keep their links."""


class _Unpacked:
    """The folders of unpacked packages, in ``home``."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._folders: dict[str, Path] = {}
        self._files: dict[tuple[str, int, int], tuple[Path, Path]] = {}
        """(name, size, checksum) -> the last folder that it was unpacked into, and its path there."""

    def link(self, archive: Path, target: Path) -> None:
        """Fills ``target``, an empty folder, with the files of ``archive``."""
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with self._lock:
            folder = self._folders.pop(digest, None) or self._unpack(archive, self._home / digest)
            self._folders[digest] = folder
            shutil.copytree(folder, target, copy_function=os.link, dirs_exist_ok=True)
            while len(self._folders) > _KEPT:
                shutil.rmtree(self._folders.pop(next(iter(self._folders))))

    def _unpack(self, archive: Path, folder: Path) -> Path:
        """Most files are in an earlier package as well, often all but ``config.json``: these are linked.

        Files of the same name, size and checksum are taken for the same.
        """
        shutil.rmtree(folder, ignore_errors=True)  # of an attempt that failed
        with zipfile.ZipFile(archive) as package:
            for member in package.infolist():
                key = (member.filename, member.file_size, member.CRC)
                earlier, relative = self._files.get(key, (folder, Path()))
                if (earlier / relative).is_file():
                    (folder / relative).parent.mkdir(parents=True, exist_ok=True)
                    (folder / relative).hardlink_to(earlier / relative)
                elif member.is_dir():
                    package.extract(member, folder)
                    continue
                else:
                    file = Path(package.extract(member, folder))
                    file.chmod(0o444)
                    relative = file.relative_to(folder)
                self._files[key] = folder, relative
        return folder


def install(home: Path) -> None:
    """From now on MiniStack's workers link the files of a package. ``home`` is on the file system of their folders."""
    unpacked = _Unpacked(home)

    class Package(zipfile.ZipFile):
        def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
            unpacked.link(Path(str(self.filename)), Path(path))

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=Package, BadZipFile=zipfile.BadZipFile, LargeZipFile=zipfile.LargeZipFile
    )
