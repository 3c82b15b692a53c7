"""Whether a package has bytecode, and whose."""

import shutil
import sys
from importlib.util import source_from_cache
from pathlib import Path

import pytest

from components import InvalidArgs
from components.lambda_authorizer.package import build_package
from components.lambda_package import bytecode, package
from components.lambda_package import target as targets
from components.lambda_package.package import PackageError
from components.lambda_package.target import RUNTIMES, Target, compiler, host_target

from ..example import declare_api
from .builds import ARM, forget

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("target", [host_target(), *(Target(runtime, "arm64") for runtime in RUNTIMES)])
def test_every_module_has_the_target_s_bytecode_if_a_python_makes_it(target: Target, said: list[str]) -> None:
    folder = build_package(target)
    sources, made = set(folder.rglob("*.py")), set(folder.rglob("*.pyc"))

    if compiler(target) is None:
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
    monkeypatch.setattr(targets, "find_python", lambda runtime: sys.executable)
    whole = build_package(ARM)
    assert list(whole.rglob("*.pyc"))

    forget()
    monkeypatch.setattr(targets, "find_python", lambda runtime: pytest.fail("searched"))
    assert build_package(ARM) == whole

    shutil.rmtree(light)
    monkeypatch.setattr(targets, "find_python", lambda runtime: None)
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
    bytecode.find_python.cache_clear()

    try:
        with pytest.raises(InvalidArgs, match=message):
            declare_api(function={"bytecode": setting, "runtime": "python3.14"})
    finally:
        bytecode.find_python.cache_clear()


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
