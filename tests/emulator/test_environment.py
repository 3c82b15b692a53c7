"""MiniStack's environment: made once, whole or not at all, with an error that says what to do."""

import sys
from pathlib import Path

import pytest
import uv

from components.lambda_package.cache import cache_dir
from emulator.environment import ministack_python
from emulator.errors import SetupError

# Stands in for uv: makes the interpreter's file, or fails as told. It writes down each command it is given.
FAKE_UV = """#!{python}
import pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:3]) + "\\n")
{behaviour}
"""
MAKE = """
if sys.argv[1] == "venv":
    folder = pathlib.Path(next(word for word in sys.argv[1:] if word.endswith("/environment")))
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
"""
FAIL_TO_INSTALL = MAKE + 'if sys.argv[1] == "pip": sys.exit("error: cannot connect")'


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def fake_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> Path:
    """Puts a uv with ``behaviour`` in place of the real one. Returns the file with its calls."""
    script = folder / "uv"
    script.write_text(FAKE_UV.format(python=sys.executable, behaviour=behaviour))
    script.chmod(0o755)
    monkeypatch.setattr(uv, "find_uv_bin", lambda: str(script))
    return folder / "calls"


def test_it_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    calls = fake_uv(tmp_path, monkeypatch, MAKE)
    python = ministack_python()
    assert python.exists()
    assert calls.read_text().splitlines() == ["venv --relocatable", "pip install"]
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("Setting up MiniStack")

    assert ministack_python() == python
    assert len(calls.read_text().splitlines()) == 2
    assert capsys.readouterr().err == ""


def test_another_lock_file_is_another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_uv(tmp_path, monkeypatch, MAKE)
    first = ministack_python()
    lock = tmp_path / "requirements.txt"
    lock.write_text("ministack==0")
    monkeypatch.setattr("emulator.environment.LOCK_FILE", lock)
    assert ministack_python() != first


def test_no_network_is_said_plainly_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_uv(tmp_path, monkeypatch, FAIL_TO_INSTALL)
    with pytest.raises(
        SetupError, match=r"needs a network connection.*The output of uv: error: cannot connect"
    ) as caught:
        ministack_python()
    assert "\n" not in str(caught.value)
    assert list(cache_dir("emulator").iterdir()) == []


def test_a_parallel_run_that_was_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_uv(tmp_path, monkeypatch, MAKE)
    environment = ministack_python().parent.parent
    mark = environment / "made by the other run"
    # This run looks before the other one has finished, and renames after it has.
    behaviour = (
        MAKE + f'if sys.argv[1] == "pip": pathlib.Path({str(tmp_path / "hidden")!r}).rename({str(environment)!r})'
    )
    mark.touch()
    environment.rename(tmp_path / "hidden")
    fake_uv(tmp_path, monkeypatch, behaviour)

    assert ministack_python().exists()
    assert mark.exists()
    assert list(cache_dir("emulator").iterdir()) == [environment]


def test_an_environment_whose_interpreter_is_gone_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_uv(tmp_path, monkeypatch, MAKE)
    python = ministack_python()
    python.unlink()
    python.symlink_to(tmp_path / "uninstalled")
    assert ministack_python().exists()


@pytest.mark.parametrize("broken", ["no module", "no binary"])
def test_missing_uv_is_said_plainly(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def no_binary() -> str:
        raise FileNotFoundError

    if broken == "no module":
        monkeypatch.setitem(sys.modules, "uv", None)
    else:
        monkeypatch.setattr(uv, "find_uv_bin", no_binary)
    with pytest.raises(SetupError, match=r"requires uv.*make setup.*pip install uv"):
        ministack_python()
