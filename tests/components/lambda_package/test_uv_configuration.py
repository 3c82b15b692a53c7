"""Which configuration of uv counts when it installs the dependencies: the user's, and nobody else's."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.lambda_authorizer.package import build_package
from components.lambda_package.package import PackageError

from .builds import ARM

pytestmark = pytest.mark.slow


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
