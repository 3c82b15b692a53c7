"""A package is built once, and used by every process when it is whole."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components.lambda_authorizer.package import build_package
from components.lambda_package import package
from components.lambda_package.manifest import damage
from components.lambda_package.package import Contents
from components.lambda_package.target import Target, host_target

from .builds import ARM, forget, install_two_files, tree

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


def test_a_build_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build_package(ARM)
    forget()
    monkeypatch.setattr(package, "_install_dependencies", lambda *_: pytest.fail("built again"))

    assert build_package(ARM) == folder
    assert {entry.name for entry in cache.iterdir()} == {folder.name, f"{folder.name}.json"}


def test_what_an_older_release_has_built_is_not_used(
    light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of what is deployed is text that the builder writes."""
    folder = build_package(ARM, bytecode=False)
    forget()
    shutil.copytree(package._BUILDER, tmp_path / "builder", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(package, "_BUILDER", tmp_path / "builder")
    assert build_package(ARM, bytecode=False) == folder

    with (tmp_path / "builder" / "source_edits.py").open("a") as file:
        file.write("# another release\n")
    assert build_package(ARM, bytecode=False) == folder  # the code of the one before is what still runs
    forget()
    assert build_package(ARM, bytecode=False) != folder


def test_what_changes_while_it_is_built_is_not_kept(
    light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be deployed again whenever the sources are what they were before."""
    (tmp_path / "own").mkdir()
    (source := tmp_path / "own" / "module.py").write_text("EDITED = 0\n")
    (lock := tmp_path / "requirements.txt").touch()
    contents = Contents("The package", (tmp_path / "own",), lock)

    def edited(contents: Contents, target: Target, build: Path) -> None:
        install_two_files(contents, target, build)
        source.write_text("EDITED = 1\n")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(package, "_install_dependencies", edited)
        with pytest.raises(
            package.PackageError, match=r"^The package cannot be built: its sources changed in the mean"
        ):
            package.build_package(contents, ARM, bytecode=False)
    assert list(light.iterdir()) == []

    for number in (1, 0):
        source.write_text(f"EDITED = {number}\n")
        folder = package.build_package(contents, ARM, bytecode=False)
        assert (folder / "own" / "module.py").read_text() == f"EDITED = {number}\n"


def test_it_is_verified_once_in_a_program(light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build_package(ARM, bytecode=False)
    forget()
    verified: list[Path] = []

    def counted(folder: Path, manifest: Path) -> str | None:
        verified.append(folder)
        return damage(folder, manifest)

    monkeypatch.setattr(package, "damage", counted)

    assert {build_package(ARM, bytecode=False) for _ in range(100)} == {folder}
    assert verified == [folder]


def test_a_cache_that_is_emptied_while_a_program_runs(light: Path) -> None:
    folder = build_package(ARM, bytecode=False)
    built = tree(folder)
    shutil.rmtree(light)

    assert build_package(ARM, bytecode=False) == folder
    assert tree(folder) == built


@pytest.mark.parametrize("whole", [True, False])
def test_another_process_that_was_first_wins_if_its_package_is_whole(
    whole: bool, light: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[tuple[Path, int]] = []

    def late(contents: Contents, target: Target, build: Path) -> None:
        monkeypatch.setattr(package, "_install_dependencies", install_two_files)
        forget()
        other = build_package(ARM, bytecode=False)
        others.append((other, other.stat().st_ino))
        if not whole:
            (other / "authorizer" / "handler.py").write_bytes(b"")
        install_two_files(contents, target, build)

    monkeypatch.setattr(package, "_install_dependencies", late)
    folder = build_package(ARM, bytecode=False)

    ((other, inode),) = others
    assert folder == other
    assert (folder.stat().st_ino == inode) is whole
    assert damage(folder, folder.with_name(f"{folder.name}.json")) is None
    assert {entry.name for entry in light.iterdir()} == {folder.name, f"{folder.name}.json"}


_BUILD = """
import sys
from components.lambda_authorizer.package import build_package
from components.lambda_package import package
from components.lambda_package.target import Target
def install(contents, target, build):
    build.mkdir()
    print("installing", flush=True)
    sys.stdin.readline()
package._install_dependencies = install
print(build_package(Target("python3.13", "arm64"), bytecode=False))
"""


def _start_build() -> subprocess.Popen[str]:
    """A process that builds, and waits for a line of input before it has the dependencies."""
    return subprocess.Popen(
        [sys.executable, "-c", _BUILD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _wait_until_it_builds(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    while "installing" not in process.stdout.readline():
        assert process.poll() is None


def test_processes_that_build_at_the_same_time(light: Path) -> None:
    processes = [_start_build(), _start_build()]
    for process in processes:
        _wait_until_it_builds(process)
    outputs = [process.communicate("\n")[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    (folder,) = {Path(output.splitlines()[-1]) for output in outputs}
    assert {entry.name for entry in light.iterdir()} == {folder.name, f"{folder.name}.json"}
    assert damage(folder, folder.with_name(f"{folder.name}.json")) is None


def test_a_build_that_was_killed_leaves_nothing_that_is_used(light: Path) -> None:
    with _start_build() as process:
        _wait_until_it_builds(process)
        process.send_signal(signal.SIGKILL)
    (left,) = light.iterdir()

    folder = build_package(ARM, bytecode=False)
    assert (folder / "cryptography" / "__init__.py").exists()
    assert left.exists()  # for all we know it is being built just now

    yesterday = time.time() - 25 * 60 * 60
    os.utime(left, (yesterday, yesterday))
    build_package(host_target())
    assert not left.exists()
    assert folder.exists()
