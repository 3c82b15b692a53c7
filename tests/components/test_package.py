"""The Lambda package: complete, reproducible, for the right target, whole, and never built twice."""

import errno
import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.contract import AUTHORIZER
from components.lambda_authorizer import bytecode, package
from components.lambda_authorizer.manifest import damage
from components.lambda_authorizer.package import PackageError, Target, build_package, host_target

from .example import declare_api

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

ARM = Target("python3.13", "arm64")


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """Nothing is remembered from other tests, nor by them: each has an environment of its own."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    """As if another process went on."""
    package._prepare.cache_clear()
    bytecode.find_python.cache_clear()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of packages in an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kms-jwt" / "packages"


@pytest.fixture
def light(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with two files instead of the dependencies: for what happens to a package."""
    monkeypatch.setattr(package, "_install_dependencies", _install_two_files)
    return cache


def _install_two_files(target: Target, build: Path) -> None:
    (build / "cryptography").mkdir(parents=True)
    (build / "cryptography" / "__init__.py").write_text("VERSION = 1\n")
    (build / "cryptography" / "_rust.abi3.so").write_bytes(b"\x7fELF" + bytes(1000))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said while a package is made ready."""
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", messages.append)
    monkeypatch.setattr(pulumi.log, "warn", lambda message: messages.append(f"warning: {message}"))
    return messages


# The result


def test_two_builds_are_byte_identical(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = []
    for umask, home in ((0o022, "one"), (0o077, "two")):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / home))
        before = os.umask(umask)
        try:
            trees.append(_tree(build_package(ARM)))
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


def test_line_endings_do_not_change_it(light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unix = build_package(ARM, bytecode=False)
    before = _tree(unix)
    shutil.rmtree(light)
    windows = tmp_path / "checkout" / "authorizer"
    shutil.copytree(AUTHORIZER, windows, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*windows.rglob("*.py"), windows / "requirements.txt"]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(package, "AUTHORIZER", windows)

    assert build_package(ARM, bytecode=False) == unix
    assert _tree(unix) == before
    assert b"\r" not in (unix / "authorizer" / "handler.py").read_bytes()


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


# Bytecode


@pytest.mark.parametrize("target", [host_target(), *(Target(runtime, "arm64") for runtime in package.RUNTIMES)])
def test_every_module_has_the_target_s_bytecode_if_a_python_makes_it(target: Target, said: list[str]) -> None:
    folder = build_package(target)
    sources, made = set(folder.rglob("*.py")), set(folder.rglob("*.pyc"))

    if package.compiler(target) is None:
        assert not made
        assert target.runtime != host_target().runtime
        version = target.runtime.removeprefix("python")
        assert [message for message in said if f"no bytecode, since no Python {version} was found" in message]
        return
    tag = target.runtime.replace("python", "cpython-").replace(".", "")
    assert {(path.parent.parent, path.name.split(".")[0]) for path in made} == {(p.parent, p.stem) for p in sources}
    for path in made:
        content = path.read_bytes()
        assert path.name.split(".")[1] == tag
        assert target.host or int.from_bytes(content[:2], "little") == bytecode.MAGIC_NUMBERS[target.runtime]
        assert int.from_bytes(content[4:8], "little") == 0b01  # by hash, which is not checked (PEP 552)
        assert str(folder.parent).encode() not in content


def test_the_host_s_bytecode_is_what_this_python_looks_for() -> None:
    folder = build_package(host_target())

    assert {Path(source_from_cache(str(path))) for path in folder.rglob("*.pyc")} == set(folder.rglob("*.py"))


def test_who_deploys_does_not_decide(light: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Once there is one with bytecode, it is used; where no Python makes it, there is another without, which says so."""
    monkeypatch.setattr(package, "find_python", lambda runtime: sys.executable)
    whole = build_package(ARM)
    assert list(whole.rglob("*.pyc"))

    _forget()
    monkeypatch.setattr(package, "find_python", lambda runtime: pytest.fail("searched"))
    assert build_package(ARM) == whole

    shutil.rmtree(light)
    monkeypatch.setattr(package, "find_python", lambda runtime: None)
    plain = build_package(ARM)
    assert plain.name != whole.name
    assert not list(plain.rglob("*.pyc"))
    assert any(
        "no Python 3.13 was found" in message and 'set function.bytecode to "none"' in message for message in said
    )


def test_none_has_no_bytecode_and_looks_for_no_python(
    light: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setattr(package, "compiler", lambda target: pytest.fail("searched"))

    for target in (ARM, host_target()):
        assert not list(build_package(target, bytecode=False).rglob("*.pyc"))
    assert not [message for message in said if "bytecode" in message]


def test_the_setting_decides(light: Path) -> None:
    for setting, has in (("none", False), ("auto", True), ("required", True)):
        recording = declare_api(function={"bytecode": setting, "architecture": "host"})
        code = recording.only("aws:lambda/function:Function", "orders-authorizer-function-lambda").inputs["code"]
        assert bool(list(Path(code.assets["."].path).rglob("*.pyc"))) is has


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "required",
            r"function\.bytecode: is \"required\", but no Python 3\.14 was found on this machine.*uv python install 3\.14",
        ),
        ("maybe", r"function\.bytecode: must be auto, required or none, and is 'maybe'"),
    ],
)
def test_what_cannot_be_had_is_refused(setting: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "_candidates", lambda version: iter(()))

    with pytest.raises(InvalidArgs, match=message):
        declare_api(function={"bytecode": setting, "runtime": "python3.14"})


def test_a_python_that_cannot_compile(light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho cannot allocate memory >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(package, "compiler", lambda target: str(python))

    with pytest.raises(
        PackageError, match=r"failed to compile its bytecode. .*set function.bytecode to \"none\"(.|\n)*cannot allocate"
    ):
        build_package(ARM)
    assert not list(light.iterdir())


# The cache


def test_a_build_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build_package(ARM)
    _forget()
    monkeypatch.setattr(package, "_install_dependencies", lambda *_: pytest.fail("built again"))

    assert build_package(ARM) == folder
    assert {entry.name for entry in cache.iterdir()} == {folder.name, f"{folder.name}.json"}


def test_it_is_verified_once_in_a_program(light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build_package(ARM, bytecode=False)
    _forget()
    verified: list[Path] = []

    def counted(folder: Path, manifest: Path) -> str | None:
        verified.append(folder)
        return damage(folder, manifest)

    monkeypatch.setattr(package, "damage", counted)

    assert {build_package(ARM, bytecode=False) for _ in range(100)} == {folder}
    assert verified == [folder]


def test_a_cache_that_is_emptied_while_a_program_runs(light: Path) -> None:
    folder = build_package(ARM, bytecode=False)
    tree = _tree(folder)
    shutil.rmtree(light)

    assert build_package(ARM, bytecode=False) == folder
    assert _tree(folder) == tree


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
    tree = _tree(folder)
    harm(folder)
    said.clear()
    _forget()

    assert build_package(ARM, bytecode=False) == folder
    assert not folder.is_symlink()
    assert _tree(folder) == tree
    warning, building = said
    assert warning.startswith(f"warning: The cached package {folder} is not used but built again: it ")
    assert difference in warning
    assert building.startswith("Building")
    assert {entry.name for entry in light.iterdir()} == {folder.name, f"{folder.name}.json"}

    said.clear()
    _forget()
    assert build_package(ARM, bytecode=False) == folder
    assert not said


@pytest.mark.parametrize("whole", [True, False])
def test_another_process_that_was_first_wins_if_its_package_is_whole(
    whole: bool, light: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[tuple[Path, int]] = []

    def late(target: Target, build: Path) -> None:
        monkeypatch.setattr(package, "_install_dependencies", _install_two_files)
        _forget()
        other = build_package(ARM, bytecode=False)
        others.append((other, other.stat().st_ino))
        if not whole:
            _cut(other)
        _install_two_files(target, build)

    monkeypatch.setattr(package, "_install_dependencies", late)
    folder = build_package(ARM, bytecode=False)

    ((other, inode),) = others
    assert folder == other
    assert (folder.stat().st_ino == inode) is whole
    assert damage(folder, folder.with_name(f"{folder.name}.json")) is None
    assert {entry.name for entry in light.iterdir()} == {folder.name, f"{folder.name}.json"}


_BUILD = """
import sys
from components.lambda_authorizer import package
def install(target, build):
    build.mkdir()
    print("installing", flush=True)
    sys.stdin.readline()
package._install_dependencies = install
print(package.build_package(package.Target("python3.13", "arm64"), bytecode=False))
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


# What goes wrong


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


# How uv is configured


class _Index(http.server.ThreadingHTTPServer):
    """A package index that has nothing, and remembers which of its paths was asked for."""

    def __init__(self) -> None:
        asked: set[str] = set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.add(self.path.split("/")[1])
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = asked

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def settings(self, name: str, table: str = "") -> str:
        return f'[[{table}index]]\nurl = "{self.url(name)}"\ndefault = true\n'


@pytest.fixture
def index(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Index]:
    """An index, and a user whose ``uv.toml`` names it."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS", "UV_NO_CONFIG", "UV_CONFIG_FILE"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "config" / "uv").mkdir(parents=True)
    with _Index() as server:
        (tmp_path / "config" / "uv" / "uv.toml").write_text(server.settings("user"))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _fails_to_install() -> str:
    with pytest.raises(PackageError) as caught:
        build_package(ARM, bytecode=False)
    return str(caught.value)


def test_the_user_s_index_is_asked(index: _Index) -> None:
    message = _fails_to_install()

    assert index.asked == {"user"}
    assert "UV_DEFAULT_INDEX or your uv.toml" in message
    assert "UV_INDEX_URL" not in message


def test_the_environment_s_index_is_asked_first(index: _Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url("environment"))
    monkeypatch.setenv("PIP_INDEX_URL", index.url("pip"))
    _fails_to_install()

    assert index.asked == {"environment"}


def test_what_the_user_names_relatively_is_found(
    index: _Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(index.settings("relative"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UV_CONFIG_FILE", "mine.toml")
    _fails_to_install()

    assert index.asked == {"relative"}


@pytest.mark.parametrize("place", ["program", "program/parent", "temporary"])
@pytest.mark.parametrize("file", ["uv.toml", "pyproject.toml", "workspace"])
def test_the_program_s_folder_and_those_above_say_nothing(
    place: str, file: str, index: _Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is a ``pyproject.toml`` heeded that somebody has left in the folder for temporary files."""
    program = tmp_path / "program" / "parent" / "child"
    program.mkdir(parents=True)
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(program)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("UV_PROJECT", str(program))
    text = index.settings("stranger", "" if file == "uv.toml" else "tool.uv.")
    if file == "workspace":
        text += '[tool.uv.workspace]\nmembers = ["*"]\n[project]\nname = "program"\nversion = "1"\n'
    (tmp_path / place / ("uv.toml" if file == "uv.toml" else "pyproject.toml")).write_text(text)
    _fails_to_install()

    assert index.asked == {"user"}


@pytest.mark.parametrize("setting", ["variable", "file"])
def test_bytecode_that_uv_is_told_to_make_is_not_made(
    setting: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hold times and paths, and be that of whichever Python deploys."""
    if setting == "variable":
        monkeypatch.setenv("UV_COMPILE_BYTECODE", "1")
    else:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        (tmp_path / "config" / "uv").mkdir(parents=True)
        (tmp_path / "config" / "uv" / "uv.toml").write_text("compile-bytecode = true\n")

    assert not list(build_package(ARM, bytecode=False).rglob("*.pyc"))


def _tree(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
