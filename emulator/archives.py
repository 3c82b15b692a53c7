"""Pulumi archives as zip files for Lambda, and assets as bytes for S3: packed when they are sent, compared by content."""

import functools
import hashlib
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pulumi

from . import compressed
from .errors import UnsupportedError

# The earliest moment that the zip format can express: the same content always gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """An archive or an asset. Two are equal if their content is."""

    digest: str
    pack: Callable[[], bytes] = field(repr=False, compare=False)
    """Creates the zip file, or returns the content of the asset."""


class _File(NamedTuple):
    content: bytes
    executable: bool
    digest: str


_Files = dict[str, _File]  # by path, with slashes


def freeze(properties: Mapping[str, Any]) -> dict[str, Any]:
    """``properties`` with every archive and asset read, and every integer as an ``int``.

    Pulumi's wire format has one number type, so integers arrive as floats. Archives are read now because the files
    behind them may have changed by the next deployment, which has to notice.
    """
    return {name: _frozen(value) for name, value in properties.items()}


def _frozen(value: object) -> object:
    if isinstance(value, pulumi.Archive):
        return _package(value)
    if isinstance(value, pulumi.Asset):
        file = _asset("source", value)
        return Package(file.digest, lambda: file.content)
    if isinstance(value, dict):
        return freeze(value)
    if isinstance(value, list):
        return [_frozen(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _package(archive: pulumi.Archive) -> Package:
    if isinstance(archive, pulumi.FileArchive) and Path(archive.path).is_file():
        content = Path(archive.path).read_bytes()  # a zip file already
        return Package(hashlib.sha256(content).hexdigest(), lambda: content)
    files = tuple(sorted(_files(archive).items()))
    listing = "\n".join(f"{file.digest} {file.executable} {name}" for name, file in files)
    return Package(hashlib.sha256(listing.encode()).hexdigest(), functools.partial(_zip, files))


def _zip(files: tuple[tuple[str, _File], ...]) -> bytes:
    """The zip file of ``files``, put together from their members: stacks have many packages that differ in one file.

    The offset of a member is the last of the fixed fields of its entry in the central directory, four bytes from 42 on.
    https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.6, 4.3.12 and 4.3.16
    """
    members, directory = bytearray(), bytearray()
    for name, file in files:
        member, entry = _member_of_zip(name, file)
        directory += entry[:42] + len(members).to_bytes(4, "little") + entry[46:]
        members += member
    return bytes(members + directory + _END.pack(b"PK\5\6", 0, 0, *[len(files)] * 2, len(directory), len(members), 0))


_END = struct.Struct("<4s4H2LH")
"""The end of central directory record."""


@functools.lru_cache(maxsize=10_000)
def _member_of_zip(name: str, file: _File) -> tuple[bytes, bytes]:
    """The header and data of ``file`` in a zip file, and its entry in the central directory."""
    if len(file.content) < compressed.LARGE:
        alone = _zip_of_one(name, file)
    else:
        alone = compressed.kept(f"{name} {file.executable} {file.digest}", lambda: _zip_of_one(name, file))
    directory = int.from_bytes(alone[-6:-2], "little")  # its offset, in the end record
    return alone[:directory], alone[directory : -_END.size]


def _zip_of_one(name: str, file: _File) -> bytes:
    """Compressed a little: what is sent takes more time than that, once in base64 and in JSON."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compresslevel=1) as archive:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFREG | (0o755 if file.executable else 0o644)) << 16
        archive.writestr(info, file.content)
    return buffer.getvalue()


def _files(archive: pulumi.Archive) -> _Files:
    if isinstance(archive, pulumi.AssetArchive):
        files: _Files = {}
        for name, item in archive.assets.items():
            files.update(_member(name, item))
        return files
    if isinstance(archive, pulumi.FileArchive):
        path = Path(archive.path)
        return _folder(path) if path.is_dir() else _unzipped(path)
    raise UnsupportedError(f"The emulator packs AssetArchive and FileArchive, not {type(archive).__name__}.")


def _member(name: str, item: pulumi.Asset | pulumi.Archive) -> _Files:
    """One entry of an ``AssetArchive``: a file, or an archive unpacked below ``name``, where ``.`` is the root."""
    if isinstance(item, pulumi.Archive):
        prefix = "" if name == "." else f"{name.rstrip('/')}/"
        return {prefix + inner: file for inner, file in _files(item).items()}
    return {name: _asset(name, item)}


def _asset(name: str, item: pulumi.Asset) -> _File:
    if isinstance(item, pulumi.StringAsset):
        return _file(item.text.encode(), executable=False)
    if isinstance(item, pulumi.FileAsset):
        path = Path(item.path)
        return _file(path.read_bytes(), executable=_executable(path.stat().st_mode))
    raise UnsupportedError(f"{name}: the emulator packs StringAsset and FileAsset, not {type(item).__name__}.")


def _file(content: bytes, *, executable: bool) -> _File:
    return _File(content, executable, hashlib.sha256(content).hexdigest())


def _executable(mode: int) -> bool:
    return bool(mode & stat.S_IXUSR)


def _folder(folder: Path) -> _Files:
    """The files below ``folder``. Each is read again only if it has changed: many functions share one package."""
    folder = folder.resolve()  # the same name means another folder when another program runs
    files: _Files = {}
    for path in folder.rglob("*"):
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            files[path.relative_to(folder).as_posix()] = _read(path, status.st_mtime_ns, status.st_size, status.st_mode)
    return files


@functools.lru_cache(maxsize=10_000)
def _read(path: Path, changed: int, size: int, mode: int) -> _File:
    return _file(path.read_bytes(), executable=_executable(mode))


def _unzipped(path: Path) -> _Files:
    with zipfile.ZipFile(path) as archive:
        members = (info for info in archive.infolist() if not info.is_dir())
        return {
            info.filename: _file(archive.read(info), executable=_executable(info.external_attr >> 16))
            for info in members
        }
