"""A cached package that is not what was built, byte for byte, is built again."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from components.lambda_authorizer.package import build_package

from .builds import ARM, forget, tree

pytestmark = pytest.mark.slow


def _change(folder: Path) -> None:
    file = folder / "cryptography" / "_rust.abi3.so"
    content, times = bytearray(file.read_bytes()), file.stat()
    content[500] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _cut(folder: Path) -> None:
    (folder / "authorizer" / "handler.py").write_bytes(b"")


def _lose(folder: Path) -> None:
    (folder / "authorizer" / "handler.py").unlink()


def _add(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text("print('here')\n")


def _add_folder(folder: Path) -> None:
    (folder / "json").mkdir()


def _close(folder: Path) -> None:
    (folder / "authorizer" / "handler.py").chmod(0o600)


def _link_file(folder: Path) -> None:
    file = folder / "authorizer" / "handler.py"
    file.rename(folder.parent.parent / "handler.py")
    file.symlink_to(folder.parent.parent / "handler.py")


def _link_folder(folder: Path) -> None:
    (folder / "authorizer").rename(folder.parent.parent / "authorizer")
    (folder / "authorizer").symlink_to(folder.parent.parent / "authorizer")


def _link(folder: Path) -> None:
    folder.rename(folder.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent / "elsewhere")


def _dangle(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent.parent / "nowhere")


def _pipe(folder: Path) -> None:
    (folder / "authorizer" / "handler.py").unlink()
    os.mkfifo(folder / "authorizer" / "handler.py")


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def _lose_manifest(folder: Path) -> None:
    folder.with_name(f"{folder.name}.json").unlink()


def _break_manifest(folder: Path) -> None:
    folder.with_name(f"{folder.name}.json").write_bytes(b'{"name": "\xff')


def _nest_manifest(folder: Path) -> None:
    folder.with_name(f"{folder.name}.json").write_text("[" * 100_000)


def _other_manifest(folder: Path) -> None:
    manifest = folder.with_name(f"{folder.name}.json")
    manifest.write_text(manifest.read_text().replace(folder.name, "python3.13-arm64-0123456789abcdef"))


def _link_manifest(folder: Path) -> None:
    manifest = folder.with_name(f"{folder.name}.json")
    manifest.rename(folder.parent.parent / "manifest")
    manifest.symlink_to(folder.parent.parent / "manifest")


@pytest.mark.parametrize(
    ("harm", "difference"),
    [
        (_change, "contains cryptography/_rust.abi3.so, which has changed since it was built"),
        (_cut, "contains authorizer/handler.py, which has changed since it was built"),
        (_lose, "does not contain authorizer/handler.py"),
        (_add, "contains sitecustomize.py, which was not built"),
        (_add_folder, "contains json, which was not built"),
        (_close, "contains authorizer/handler.py, which has changed since it was built"),
        (_link_file, "contains authorizer/handler.py, which has changed since it was built"),
        (_link_folder, "contains authorizer, which has changed since it was built"),
        (_link, "contains ., which has changed since it was built"),
        (_dangle, "contains ., which has changed since it was built"),
        (_pipe, "contains authorizer/handler.py, which has changed since it was built"),
        (_empty, "does not contain authorizer"),
        (_file, "contains ., which has changed since it was built"),
        (_lose_manifest, "cannot be verified ([Errno 2]"),
        (_break_manifest, "cannot be verified ('utf-8' codec"),
        (_nest_manifest, "cannot be verified ("),
        (_other_manifest, "is not its list of files"),
        (_link_manifest, "is not its list of files"),
    ],
)
def test_one_that_is_not_what_was_built_is_built_again(
    harm: Callable[[Path], None], difference: str, light: Path, said: list[str]
) -> None:
    folder = build_package(ARM, bytecode=False)
    built = tree(folder)
    harm(folder)
    said.clear()
    forget()

    assert build_package(ARM, bytecode=False) == folder
    assert not folder.is_symlink()
    assert tree(folder) == built
    warning, building, done = said
    assert warning.startswith(f"warning: The cached package {folder} is not used but built again: it ")
    assert difference in warning
    assert building.startswith("Building the authorizer's package for python3.13 on arm64")
    assert re.fullmatch(r"Built the authorizer's package in \d+\.\d s\.", done)
    assert {entry.name for entry in light.iterdir()} == {folder.name, f"{folder.name}.json"}

    said.clear()
    forget()
    assert build_package(ARM, bytecode=False) == folder
    assert not said
