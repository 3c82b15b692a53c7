"""What a build makes: complete, reproducible, for the right target; and what is said if it fails."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components.contract import AUTHORIZER
from components.lambda_authorizer.package import CONTENTS, build_package
from components.lambda_package import package
from components.lambda_package.package import Contents, PackageError
from components.lambda_package.target import Target, host_target

from .builds import ARM, tree

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


def test_two_builds_are_byte_identical(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = []
    for umask, home in ((0o022, "one"), (0o077, "two")):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / home))
        before = os.umask(umask)
        try:
            trees.append(tree(build_package(ARM)))
        finally:
            os.umask(before)

    assert trees[0] == trees[1]
    assert "authorizer/handler.py" in trees[0]


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


def test_it_is_complete_without_this_environment() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); from authorizer.verifier import Verifier; print(Verifier.__name__)"
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(build_package(host_target()))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.stdout.strip() == "Verifier", result.stderr


def test_line_endings_do_not_change_it(light: Path, tmp_path: Path) -> None:
    unix = build_package(ARM, bytecode=False)
    before = tree(unix)
    shutil.rmtree(light)
    windows = tmp_path / "checkout" / "authorizer"
    shutil.copytree(AUTHORIZER, windows, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*windows.rglob("*.py"), windows / "requirements.txt"]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    checkout = CONTENTS._replace(folders=(windows,), requirements=windows / "requirements.txt")

    assert package.build_package(checkout, ARM, bytecode=False) == unix
    assert tree(unix) == before
    assert b"\r" not in (unix / "authorizer" / "handler.py").read_bytes()


def test_several_folders_lie_side_by_side_and_each_is_of_account(light: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text(f"NAME = {name!r}\n")
    requirements = tmp_path / "requirements.txt"
    requirements.touch()
    contents = Contents("The test's package", (tmp_path / "one", tmp_path / "two"), requirements)
    before = package.build_package(contents, ARM, bytecode=False)
    (tmp_path / "two" / "module.py").write_text("NAME = 'changed'\n")
    after = package.build_package(contents, ARM, bytecode=False)

    assert (before / "one" / "module.py").read_bytes() == (after / "one" / "module.py").read_bytes()
    assert (before / "two" / "module.py").read_bytes() == b"NAME = 'two'\n"
    assert (after / "two" / "module.py").read_bytes() == b"NAME = 'changed'\n"


def test_git_checks_out_the_same_line_endings_everywhere(tmp_path: Path) -> None:
    settings = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    subprocess.run(["git", *settings, "checkout-index", "--all", f"--prefix={tmp_path}/"], cwd=ROOT, check=True)

    for name in (
        "authorizer/handler.py",
        "authorizer/requirements.txt",
        "components/http_api/functions/well_known.py",
        ".ci/run",
    ):
        assert b"\r" not in (tmp_path / name).read_bytes(), name


def test_no_network_and_nothing_cached(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_OFFLINE", "1")

    with pytest.raises(PackageError, match="check the network, the proxy"):
        build_package(ARM)
    assert list(cache.iterdir()) == []


def test_no_uv(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(PackageError, match="pip install uv"):
        build_package(ARM)


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
def test_a_home_that_cannot_be_written(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(variable, "/dev/null")

    with pytest.raises(PackageError) as caught:
        build_package(ARM)
    message = str(caught.value)
    assert message.startswith("The authorizer's package cannot be built: the cache folder /dev/null/")
    assert "set XDG_CACHE_HOME to a folder that you own and can write to" in message
    assert "\n" not in message


@pytest.mark.parametrize("step", ["_copy_sources", "_normalise_modes", "write_manifest", "_remove_leftovers"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_is_full_or_read_only(step: str, number: int, light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number), str(light / "file"))

    monkeypatch.setattr(package, step, fail)

    with pytest.raises(PackageError) as caught:
        build_package(ARM, bytecode=False)
    assert str(caught.value) == (
        f"The authorizer's package cannot be built in {light}: {os.strerror(number)}: {light / 'file'}. Free space there, "
        "or set XDG_CACHE_HOME to a folder that you own and can write to."
    )
    assert not list(light.iterdir())
