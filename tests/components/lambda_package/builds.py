"""What the tests of the Lambda package share."""

import hashlib
from pathlib import Path

from components.lambda_package import package
from components.lambda_package.package import Contents
from components.lambda_package.target import Target

ARM = Target("python3.13", "arm64")


def forget() -> None:
    """As if another process went on, but for the Pythons of this machine: to find them takes uv and each of them."""
    package._prepare.cache_clear()
    package._hash_builder.cache_clear()


def install_two_files(contents: Contents, target: Target, build: Path) -> None:
    (build / "cryptography").mkdir(parents=True)
    (build / "cryptography" / "__init__.py").write_text("VERSION = 1\n")
    (build / "cryptography" / "_rust.abi3.so").write_bytes(b"\x7fELF" + bytes(1000))


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """The files below ``folder``: mode and digest by path."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
