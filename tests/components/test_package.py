"""The Lambda package: complete, reproducible, for the right target, and never built twice."""

import hashlib
import os
import subprocess
import sys
from importlib.util import MAGIC_NUMBER, source_from_cache
from pathlib import Path

import pytest

from components import package
from components.package import PackageError, Target, build_package, host_target

ARM = Target("python3.13", "arm64")


def test_two_builds_are_byte_identical(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = []
    for umask, cache in ((0o022, "one"), (0o077, "two")):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
        before = os.umask(umask)
        try:
            trees.append(_tree(build_package(ARM)))
        finally:
            os.umask(before)

    assert trees[0] == trees[1]
    assert "authorizer/handler.py" in trees[0]


def test_a_build_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = build_package(ARM)
    monkeypatch.setattr(package, "_install_dependencies", lambda *_: pytest.fail("built again"))

    assert build_package(ARM) == folder
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize(("architecture", "machine"), [("arm64", 0xB7), ("x86_64", 0x3E)])
def test_its_binaries_are_for_the_target(architecture: str, machine: int) -> None:
    binaries = list(build_package(Target("python3.13", architecture)).rglob("*.so"))

    assert len(binaries) >= 2
    for binary in binaries:
        header = binary.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == machine  # e_machine of the ELF header


def test_it_holds_what_the_authorizer_needs_and_nothing_that_tells_of_its_making() -> None:
    names = {path.name for path in build_package(ARM).rglob("*")}

    assert {"handler.py", "cryptography", "_rust.abi3.so"} <= names
    assert names.isdisjoint({"RECORD", "INSTALLER", "requirements.txt", "bin", ".lock", "cffi", "pycparser"})


def test_every_module_has_bytecode_if_this_interpreter_makes_the_target_s() -> None:
    folder = build_package(host_target())
    sources = set(folder.rglob("*.py"))
    bytecode = set(folder.rglob("*.pyc"))

    assert {Path(source_from_cache(str(path))) for path in bytecode} == sources
    for path in bytecode:
        content = path.read_bytes()
        assert content[:4] == MAGIC_NUMBER
        assert int.from_bytes(content[4:8], "little") == 0b01  # by hash, which is not checked (PEP 552)
        assert str(folder.parent).encode() not in content


def test_another_target_gets_no_bytecode() -> None:
    other = next(runtime for runtime in package.RUNTIMES if runtime != host_target().runtime)

    assert list(build_package(Target(other, "arm64")).rglob("*.pyc")) == []


def test_it_is_complete_without_this_environment() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); from authorizer.verifier import Verifier; print(Verifier.__name__)"
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(build_package(host_target()))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.stdout.strip() == "Verifier", result.stderr


def test_no_network_and_nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_OFFLINE", "1")

    with pytest.raises(PackageError, match="connect to the network or check that setting"):
        build_package(ARM)
    assert list((tmp_path / "cache" / "kms-jwt" / "packages").iterdir()) == []


def test_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(PackageError, match="pip install uv"):
        build_package(ARM)


def _tree(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
