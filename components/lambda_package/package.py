"""A Lambda package: sources of ours and their locked dependencies in one folder, from wheels only, without Docker.

Pulumi creates the archive and adds ``config.json`` to it, so the folder is the same for every function with the same target and
is built once. It depends only on the sources, the lock file, the builder, the target and whether it contains bytecode, and is
cached under their hash; a cached one is used if none of its files has changed.
"""

import functools
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pulumi

from .bytecode import compile_folder
from .cache import ELSEWHERE, CacheError, cache_dir
from .manifest import damage, write_manifest
from .run_uv import find_uv, run_uv
from .single_module import SingleModule, write_single_module
from .sources import hash_files, python_files, read_text
from .target import Target, compiler

_PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
"""The platforms of wheels that run on Amazon Linux 2023, whose glibc is 2.34."""

_BUILDER = Path(__file__).resolve().parent
"""The code that builds packages, and writes the module that sources are merged into."""

_NEVER_IMPORTED = ("cffi", "pycparser", "pycparser-*.dist-info", "**/*.pyi", "**/py.typed")
"""Only for compiling C declarations, which ``cryptography`` does not need, and for type checkers. ``_cffi_backend``, which it
imports, is kept."""

_BUILDING = ".building-"
"""The prefix of the folders in which packages are built."""

_UNSTABLE_METADATA = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
"""Files of a ``.dist-info`` that record how and when it was installed."""


class PackageError(pulumi.RunError):
    """The package could not be built; the message says what to do."""


class Contents(NamedTuple):
    """What a package contains, and what messages call it."""

    title: str
    """The beginning of messages, such as "The authorizer's package"."""
    folders: tuple[Path, ...]
    """The Python packages whose sources are copied, each under the name of its folder."""
    requirements: Path
    """The lock file of the dependencies, with hashes."""
    single_module: SingleModule | None = None
    """What is merged into one module; ``None``: nothing."""


def build_package(contents: Contents, target: Target, *, bytecode: bool = True) -> Path:
    """The folder to deploy: sources and dependencies. Raises ``PackageError``.

    With ``bytecode``, it contains the target's bytecode if a suitable Python is found; otherwise a message says that it
    contains none.
    """
    try:
        packages = cache_dir("packages")
        inputs = _hash_inputs(contents)
        folder = _prepare(packages, contents, target, bytecode, inputs)
        if not folder.is_dir():  # the cache was emptied while this program runs
            _prepare.cache_clear()
            folder = _prepare(packages, contents, target, bytecode, inputs)
    except CacheError as error:
        raise PackageError(f"{contents.title} cannot be built: {error}.") from None
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}" if error.filename else f"{error.strerror or error}"
        raise PackageError(
            f"{contents.title} cannot be built in {packages}: {reason}. Free space there, or {ELSEWHERE}."
        ) from None
    return folder


@functools.cache
def _prepare(packages: Path, contents: Contents, target: Target, bytecode: bool, inputs: str) -> Path:
    """The package in the cache folder ``packages``, verified or built, once for all functions of a program.

    Verifying it once is enough: only this user can write to it, who could modify this process as well.
    """
    if bytecode:
        folder = packages / _name(target, inputs, bytecode=True)
        if _is_whole(folder):
            return folder
        if python := compiler(target):
            return _build(contents, target, folder, python, inputs)
        version = target.runtime.removeprefix("python")
        pulumi.log.info(
            f"{contents.title} contains no bytecode, since no Python {version} was found on this machine: cold starts take "
            "longer, and a deployment from a machine that has one changes the package. Install that Python, for example with "
            f'`uv python install {version}`, or set function.bytecode to "none".'
        )
    folder = packages / _name(target, inputs, bytecode=False)
    return folder if _is_whole(folder) else _build(contents, target, folder, None, inputs)


def _is_whole(folder: Path) -> bool:
    if not os.path.lexists(folder):
        return False
    if difference := damage(folder, _manifest(folder)):
        pulumi.log.warn(f"The cached package {folder} is not used but built again: it {difference}.")
    return not difference


def _build(contents: Contents, target: Target, folder: Path, python: str | None, inputs: str) -> Path:
    title = contents.title[:1].lower() + contents.title[1:]
    pulumi.log.info(f"Building {title} for {target.runtime} on {target.architecture} ...")
    started = time.monotonic()
    _remove_leftovers(folder.parent)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_BUILDING, ignore_cleanup_errors=True) as scratch:
        build = Path(scratch) / "package"
        _install_dependencies(contents, target, build)
        _remove_unstable(build)
        _remove_never_imported(build)
        _copy_sources(contents, build)
        if contents.single_module:
            write_single_module(build, contents.single_module)
        if python:
            _compile(contents, python, build)
        _normalise_modes(build)
        if _hash_inputs(contents) != inputs:  # the cache would have it under the name of what was there before
            raise PackageError(f"{contents.title} cannot be built: its sources changed in the meantime: run it again.")
        _publish(build, folder, Path(scratch))
    pulumi.log.info(f"Built {title} in {time.monotonic() - started:.1f} s.")
    return folder


def _name(target: Target, inputs: str, *, bytecode: bool) -> str:
    platform = sys.platform if target.host else "linux"
    digest = hashlib.sha256(repr((target, platform, bytecode, inputs)).encode()).hexdigest()
    return f"{target.runtime}-{target.architecture}-{digest[:16]}"


def _manifest(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _hash_inputs(contents: Contents) -> str:
    made_of = hash_files([*_sources(contents), ("requirements.txt", str(contents.requirements))])
    return made_of + _hash_builder(_BUILDER) + repr(contents.single_module)


@functools.cache  # the code that runs: another release may be installed while the process goes on
def _hash_builder(folder: Path) -> str:
    return hash_files(python_files(folder))


def _sources(contents: Contents) -> Iterator[tuple[str, str]]:
    """The path of each source in the package, and its file."""
    for folder in contents.folders:
        for path, file in python_files(folder):
            yield f"{folder.name}/{path}", file


def _install_dependencies(contents: Contents, target: Target, build: Path) -> None:
    uv = find_uv()
    if uv is None:
        raise PackageError(f"{contents.title} cannot be built: uv is required and was not found: run `pip install uv`.")
    platform = ["--python", sys.executable]
    if not target.host:
        platform += ["--python-platform", _PLATFORMS[target.architecture]]
        platform += ["--python-version", target.runtime.removeprefix("python")]
    command = [
        *("pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-compile-bytecode"),
        *("--link-mode", "copy", "--target", str(build), *platform),
        *("--requirement", str(contents.requirements)),
    ]
    result = run_uv(uv, *command)
    if result.returncode != 0:
        raise PackageError(
            f"{contents.title} cannot be built: its dependencies could not be installed.\n"
            "uv downloads them once, and caches them, from the Python package index in its configuration: check the network, "
            "the proxy and, for an index of your own, UV_DEFAULT_INDEX or your uv.toml (~/.config/uv/uv.toml). "
            "pip's settings and the program's own pyproject.toml and uv.toml are not used. The output of uv:\n"
            + result.stderr.strip()
        )


def _remove_unstable(build: Path) -> None:
    for metadata in build.glob("*.dist-info"):
        for name in _UNSTABLE_METADATA:
            (metadata / name).unlink(missing_ok=True)
    for name in (".lock", "bin"):
        path = build / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _copy_sources(contents: Contents, build: Path) -> None:
    for name, source in _sources(contents):
        copy = build / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(read_text(source))


def _remove_never_imported(build: Path) -> None:
    for pattern in _NEVER_IMPORTED:
        for path in list(build.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _compile(contents: Contents, python: str, build: Path) -> None:
    try:
        compile_folder(python, build)
    except subprocess.CalledProcessError as error:
        raise PackageError(
            f"{contents.title} cannot be built: {python} failed to compile its bytecode. Repair or remove that Python, "
            f'or set function.bytecode to "none". Its output:\n{error.stderr.strip()}'
        ) from None


def _normalise_modes(build: Path) -> None:
    """Set the file modes: Lambda runs as another user, and the archive must not depend on the builder's umask."""
    for path in build.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.suffix == ".so" else 0o644)


def _publish(build: Path, folder: Path, scratch: Path) -> None:
    """Move the package to its place atomically; a damaged one that is there is removed."""
    write_manifest(build, scratch / "manifest", folder.name)
    (scratch / "manifest").replace(_manifest(folder))
    for attempt in itertools.count():
        try:
            build.rename(folder)
        except OSError:
            if not os.path.lexists(folder):
                raise
        else:
            return
        if damage(folder, _manifest(folder)) is None:
            return  # another process has built the same package in the meantime
        with suppress(FileNotFoundError):  # another process has moved it already
            folder.rename(scratch / f"damaged-{attempt}")


def _remove_leftovers(packages: Path) -> None:
    """Remove the folders of builds that were killed; those of the last 24 hours may still be in use."""
    for path in packages.glob(f"{_BUILDING}*"):
        if time.time() - path.lstat().st_mtime > 24 * 60 * 60:
            shutil.rmtree(path, ignore_errors=True)
