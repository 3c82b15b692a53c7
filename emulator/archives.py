"""Pulumi archives as deterministic zip files in memory: the same content always gives the same bytes."""

import hashlib
import io
import stat
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from emulator.errors import UnsupportedError

# The earliest moment that the zip format can express.
_EPOCH = (1980, 1, 1, 0, 0, 0)

Entries = dict[str, tuple[bytes, bool]]
"""The files of an archive: path -> (content, executable)."""


@dataclass(frozen=True)
class Zip:
    """A zip file. Two are equal if their bytes are."""

    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The digest as Lambda gives it: base64 of SHA-256."""
        return b64encode(hashlib.sha256(self.data).digest()).decode()


def freeze(properties: Mapping[str, Any]) -> dict[str, Any]:
    """``properties`` with every archive in it read and packed, and every whole number an ``int``.

    Pulumi's wire format has one number type, so integers arrive as floats. Archives are read now because the files
    behind them may have changed by the next deployment, which has to notice.
    """
    return {name: _frozen(value) for name, value in properties.items()}


def _frozen(value: object) -> object:
    if isinstance(value, pulumi.Archive):
        return _zip(value)
    if isinstance(value, dict):
        return freeze(value)
    if isinstance(value, list):
        return [_frozen(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _zip(archive: pulumi.Archive) -> Zip:
    if isinstance(archive, pulumi.FileArchive) and Path(archive.path).is_file():
        return Zip(Path(archive.path).read_bytes())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, (content, executable) in sorted(_entries(archive).items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
            file.writestr(info, content)
    return Zip(buffer.getvalue())


def _entries(archive: pulumi.Archive) -> Entries:
    if isinstance(archive, pulumi.AssetArchive):
        entries: Entries = {}
        for name, item in archive.assets.items():
            entries.update(_member(name, item))
        return entries
    if isinstance(archive, pulumi.FileArchive):
        path = Path(archive.path)
        return _folder(path) if path.is_dir() else _zip_file(path)
    raise UnsupportedError(f"The emulator packs AssetArchive and FileArchive, not {type(archive).__name__}.")


def _member(name: str, item: pulumi.Asset | pulumi.Archive) -> Entries:
    """One entry of an ``AssetArchive``: a file, or an archive unpacked below ``name``, where ``.`` is the root."""
    if isinstance(item, pulumi.Archive):
        prefix = "" if name == "." else f"{name.rstrip('/')}/"
        return {prefix + inner: content for inner, content in _entries(item).items()}
    if isinstance(item, pulumi.StringAsset):
        return {name: (item.text.encode(), False)}
    if isinstance(item, pulumi.FileAsset):
        return {name: _file(Path(item.path))}
    raise UnsupportedError(f"{name}: the emulator packs StringAsset and FileAsset, not {type(item).__name__}.")


def _folder(folder: Path) -> Entries:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path) for path in files}


def _file(path: Path) -> tuple[bytes, bool]:
    return path.read_bytes(), bool(path.stat().st_mode & stat.S_IXUSR)


def _zip_file(path: Path) -> Entries:
    with zipfile.ZipFile(path) as file:
        members = (info for info in file.infolist() if not info.is_dir())
        return {info.filename: (file.read(info), bool((info.external_attr >> 16) & stat.S_IXUSR)) for info in members}
