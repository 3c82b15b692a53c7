"""The Lambda package: the authorizer and its locked dependencies in one folder, from wheels only, without Docker.

Pulumi makes the archive and puts ``config.json`` into it, so the folder is the same for every API with the same target and is
built once. It is a pure function of the sources, the lock file and the target, and is cached under their hash.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pulumi

from .cache import cache_dir

AUTHORIZER = Path(__file__).resolve().parent.parent / "authorizer"
"""The sources; in the repository and in the wheel they lie beside this package."""

RUNTIMES = ("python3.12", "python3.13", "python3.14")
"""Lambda runtimes on Amazon Linux 2023."""

ARCHITECTURES = ("arm64", "x86_64")

_PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
"""Wheels that run on Amazon Linux 2023, whose glibc is 2.34."""

_LAYOUT = 2
"""Counts changes of this file that change the package."""

_NEVER_IMPORTED = ("cffi", "pycparser", "pycparser-*.dist-info")
"""What compiles C declarations: those of ``cryptography`` are compiled. ``_cffi_backend``, which it does import, stays."""

_UNSTABLE_METADATA = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
"""Files of a ``.dist-info`` that tell how and when it was installed."""


class PackageError(pulumi.RunError):
    """The package could not be built; the message says what to do."""


class Target(NamedTuple):
    """What the package is to run on."""

    runtime: str
    """A Lambda runtime, such as ``python3.13``."""
    architecture: str
    """``arm64`` or ``x86_64``."""
    host: bool = False
    """Whether it is this very machine and interpreter, for emulators that run functions on their host."""


def host_target() -> Target:
    """The machine and interpreter that run this program."""
    machine = os.uname().machine if hasattr(os, "uname") else "x86_64"
    architecture = "arm64" if machine in ("arm64", "aarch64") else "x86_64"
    return Target(f"python{sys.version_info.major}.{sys.version_info.minor}", architecture, host=True)


def build_package(target: Target) -> Path:
    """The folder to deploy: ``authorizer/`` and its dependencies beside it. Raises ``PackageError``."""
    folder = cache_dir("packages") / f"{target.runtime}-{target.architecture}-{_digest(target)}"
    if folder.exists():
        return folder
    pulumi.log.info(f"Building the authorizer's package for {target.runtime} on {target.architecture} ...")
    if not _can_compile(target):
        pulumi.log.info(
            f"It will have no bytecode, which only {target.runtime} itself can make: cold starts take longer, and whoever "
            "deploys with that Python builds another package. Deploy with the same Python everywhere."
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".building-") as scratch:
        build = Path(scratch) / "package"
        _install_dependencies(target, build)
        _remove_unstable(build)
        _remove_never_imported(build)
        _copy_sources(build / AUTHORIZER.name)
        if _can_compile(target):
            _compile(build)
        _normalise_modes(build)
        _publish(build, folder)
    return folder


def _digest(target: Target) -> str:
    platform = sys.platform if target.host else "linux"
    digest = hashlib.sha256(repr((_LAYOUT, target, platform, _can_compile(target))).encode())
    for path in [*_sources(), AUTHORIZER / "requirements.txt"]:
        digest.update(f"{path.relative_to(AUTHORIZER).as_posix()}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> list[Path]:
    return sorted(AUTHORIZER.rglob("*.py"))


def _install_dependencies(target: Target, build: Path) -> None:
    if target.host:
        platform = ["--python", sys.executable]
    else:
        platform = [
            "--python-platform",
            _PLATFORMS[target.architecture],
            "--python-version",
            target.runtime.removeprefix("python"),
        ]
    command = [
        *(_uv(), "pip", "install", "--quiet", "--no-config", "--require-hashes", "--only-binary", ":all:"),
        *("--link-mode", "copy", "--target", str(build), *platform),
        *("--requirement", str(AUTHORIZER / "requirements.txt")),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise PackageError(
            "The authorizer's package cannot be built: its dependencies could not be installed.\n"
            "They are downloaded once, from the Python package index that uv is configured for (UV_INDEX_URL), and cached: "
            "connect to the network or check that setting, then run again. uv said:\n" + result.stderr.strip()
        )


def _uv() -> str:
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        if command := shutil.which("uv"):
            return command
    raise PackageError("uv is needed to build the authorizer's package, and was not found: run `pip install uv`.")


def _remove_unstable(build: Path) -> None:
    for metadata in build.glob("*.dist-info"):
        for name in _UNSTABLE_METADATA:
            (metadata / name).unlink(missing_ok=True)
    for name in (".lock", "bin"):
        path = build / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _copy_sources(destination: Path) -> None:
    for source in _sources():
        copy = destination / source.relative_to(AUTHORIZER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)


def _remove_never_imported(build: Path) -> None:
    for pattern in _NEVER_IMPORTED:
        for path in build.glob(pattern):
            shutil.rmtree(path)


def _can_compile(target: Target) -> bool:
    """Whether this interpreter's bytecode is the target's; any other would be ignored there."""
    return (
        sys.implementation.name == "cpython"
        and target.runtime == f"python{sys.version_info.major}.{sys.version_info.minor}"
    )


def _compile(build: Path) -> None:
    """Add bytecode, which Lambda, whose file system is read-only, would otherwise make anew at every cold start.

    It is trusted without a look at the sources, whose times an archive does not keep. Compiled in a process of its own:
    how constants are written depends on what else an interpreter holds.
    """
    options = ("-q", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(build), "-o", "0", str(build))
    command = [sys.executable, "-s", "-S", "-m", "compileall", *options]
    subprocess.run(
        command, check=True, env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": "", "PYTHONOPTIMIZE": ""}
    )


def _normalise_modes(build: Path) -> None:
    """Lambda runs as another user, and the umask of whoever builds must not change the archive."""
    for path in build.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.suffix == ".so" else 0o644)


def _publish(build: Path, folder: Path) -> None:
    try:
        build.rename(folder)
    except OSError:
        if not folder.exists():  # else another process has built the same package meanwhile
            raise
