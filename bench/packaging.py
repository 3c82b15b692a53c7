"""How large is the package, how long does it take to build, and is it the same when built again?"""

import hashlib
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from components.lambda_authorizer.package import build_package
from components.lambda_package.target import Target as PackageTarget
from components.lambda_package.target import host_target

from .answer import Answer, Scale, Target, figure

_DEFAULT = PackageTarget("python3.13", "arm64")


def measure(scale: Scale) -> Answer:
    """For the default target of the components, and for this machine's own, which comes with bytecode."""
    answer = Answer("Package: size, files and building time", "packaging")
    for name, target in (("python3.13 on arm64", _DEFAULT), ("this machine, with bytecode", host_target())):
        zipped, unzipped, files = sizes(build_package(target))
        answer.figures += [
            figure(f"{name}, zipped", "MB", [zipped / 1e6]),
            figure(f"{name}, unzipped", "MB", [unzipped / 1e6]),
            figure(f"{name}, files", "files", [files]),
        ]
        answer.targets.append(Target(f"{name}, zipped", zipped / 1e6, 5.5, "MB"))
    built, trees = [], set()
    for _ in range(scale.of(5, 2)):
        with tempfile.TemporaryDirectory() as folder, _cache(folder):
            started = time.perf_counter()
            trees.add(_tree_hash(build_package(host_target())))
            built.append(time.perf_counter() - started)
    cached = []
    for _ in range(20):
        started = time.perf_counter()
        build_package(host_target())
        cached.append(time.perf_counter() - started)
    answer.figures += [figure("built, wheels cached by uv", "s", built), figure("built before", "s", cached)]
    answer.targets.append(Target("different packages out of all builds", len(trees), 1, ""))
    return answer


def sizes(folder: Path) -> tuple[int, int, int]:
    """Bytes as a zip archive, bytes unpacked, and files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.relative_to(folder))
        zipped = target.seek(0, os.SEEK_END)
    return zipped, sum(file.stat().st_size for file in files), len(files)


@contextmanager
def _cache(folder: str) -> Iterator[None]:
    """A separate cache of packages; uv's cache is still used."""
    with mock.patch("components.lambda_package.package.cache_dir", return_value=Path(folder)):
        yield


def _tree_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)} {file.stat().st_mode:o} ".encode() + file.read_bytes())
    return digest.hexdigest()
