"""The bytecode is that of the target, whichever interpreter and machine compile it."""

import json
import os
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pulumi
import pytest

from components.lambda_package import bytecode
from components.lambda_package.bytecode import MAGIC_NUMBERS, compile_folder, find_python
from components.lambda_package.run_uv import find_uv, run_uv
from components.lambda_package.target import RUNTIMES

SOURCE = '''"""What compilers may write differently: sets, names, numbers, text that is used twice."""
NAMES = {"alpha", "beta", "gamma", "delta", None, 1.5, b"bytes"}


def decide(value: str) -> bool:
    """Has a docstring."""
    assert value != "never", "text with spaces"
    return value in {"one", "two", "three"} or [item for item in value if item not in ("a", "ü", "text with spaces")] == [70000]
'''


@pytest.fixture(autouse=True)
def fresh_search() -> Iterator[None]:
    """Nothing is remembered from other tests, nor by them."""
    find_python.cache_clear()
    yield
    find_python.cache_clear()


def _others() -> list[str]:
    """The other interpreters on this machine that are of the running version."""
    uv, version = find_uv(), f"{sys.version_info.major}.{sys.version_info.minor}"
    assert uv
    listed = run_uv(uv, "python", "list", version, "--only-installed", "--output-format", "json")
    found = {item["version"]: item["path"] for item in json.loads(listed.stdout) if item["variant"] == "default"}
    return [path for path in found.values() if not Path(path).samefile(sys.executable)]


def _compiled(python: str, folder: Path) -> bytes:
    source = folder / "authorizer" / "module.py"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE, encoding="utf-8")
    compile_folder(python, folder)
    return (source.parent / "__pycache__" / Path(cache_from_source(str(source), optimization="")).name).read_bytes()


def test_each_runtime_has_its_magic_number() -> None:
    assert tuple(MAGIC_NUMBERS) == RUNTIMES
    for runtime, number in MAGIC_NUMBERS.items():  # CPython numbers version 3.n from 2900 + 50 n
        assert 0 <= number - (2900 + 50 * int(runtime.removeprefix("python3."))) < 50


def test_the_bytes_depend_on_the_version_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = {_compiled(python, tmp_path / f"other-{number}") for number, python in enumerate(_others())}
    compiled.add(_compiled(sys.executable, tmp_path / "plain"))
    for variables in (
        {"PYTHONHASHSEED": "1", "PYTHONOPTIMIZE": "2", "LC_ALL": "C"},
        {"PYTHONNODEBUGRANGES": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "prefix")},
    ):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        compiled.add(_compiled(sys.executable, tmp_path / variables.popitem()[0]))

    assert len(compiled) == 1
    assert str(tmp_path).encode() not in compiled.pop()


FITS = ["cpython", 3, 13, 3571, False]


def _fake(folder: Path, name: str, facts: object, executable: str = "") -> str:
    script = folder / name
    answer = json.dumps([facts, executable or str(script)])
    script.write_text(f"#!{sys.executable}\nprint({answer!r})\n")
    script.chmod(0o755)
    return str(script)


def test_what_does_not_fit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    candidates = [
        _fake(tmp_path, "pypy", ["pypy", 3, 13, 3571, False]),
        _fake(tmp_path, "older", ["cpython", 3, 12, 3531, False]),
        _fake(tmp_path, "alpha", ["cpython", 3, 13, 3568, False]),
        _fake(tmp_path, "free-threaded", ["cpython", 3, 13, 3571, True]),
        str(broken),
        str(tmp_path / "missing"),
        str(tmp_path),
    ]
    monkeypatch.setattr(bytecode, "_candidates", lambda _: iter(candidates))
    assert find_python("python3.13") is None

    candidates += [_fake(tmp_path, "stand-in", FITS, executable="/opt/the/real/one")]
    find_python.cache_clear()
    assert find_python("python3.13") == "/opt/the/real/one"


def test_uv_finds_what_lies_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The running interpreter under another name; the machine's others are out of sight."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    uv = find_uv()
    assert uv
    monkeypatch.setattr(bytecode, "find_uv", lambda: uv)
    (tmp_path / f"python{version}").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "none"))

    assert str(tmp_path / f"python{version}") in list(bytecode._candidates(version))[1:]


def test_without_uv_there_is_the_running_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "find_uv", lambda: None)

    assert list(bytecode._candidates("3.99")) == []
    assert list(bytecode._candidates(f"{sys.version_info.major}.{sys.version_info.minor}")) == [sys.executable]


@pytest.mark.parametrize(
    ("variable", "reason"), [("UV_CACHE_DIR", "cache"), ("TMPDIR", "No usable temporary directory")]
)
def test_a_uv_that_cannot_run_is_said(variable: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    monkeypatch.setenv(variable, "/dev/null")
    monkeypatch.setattr("tempfile.tempdir", None)
    if variable == "TMPDIR":
        monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: ["/dev/null"])

    assert list(bytecode._candidates("3.99")) == []
    (message,) = said
    assert message.startswith("uv cannot list the Python versions")
    assert reason in message


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "automatic")
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "pythons"))
    monkeypatch.setenv("PATH", os.defpath)

    find_python("python3.14")
    assert not (tmp_path / "pythons").exists()
