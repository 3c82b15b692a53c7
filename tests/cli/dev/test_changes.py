"""What counts as a change of the program, and what would make it run for ever."""

from pathlib import Path

import pytest
from watchfiles import Change

from cli.dev import changes
from cli.dev.changes import Changes


def test_only_what_is_different_has_changed(tmp_path: Path) -> None:
    """A program may write a file whenever it runs."""
    found, file, gone = Changes(tmp_path), tmp_path / "routes.json", tmp_path / "gone.py"
    file.write_text("1")
    assert found.of([(Change.added, str(file))]) == {file}
    file.write_text("1")
    assert found.of([(Change.modified, str(file))]) == set()
    file.write_text("2")
    assert found.of([(Change.modified, str(file)), (Change.deleted, str(gone))]) == {file, gone}
    file.unlink()
    assert found.of([(Change.deleted, str(file))]) == {file}


def test_a_file_that_comes_and_goes_has_not_changed(tmp_path: Path) -> None:
    kept = tmp_path / "kept.py"
    kept.write_text("1")
    both = [(kind, str(path)) for kind in (Change.added, Change.deleted) for path in (kept, tmp_path / "4913")]
    assert Changes(tmp_path).of(both) == {kept}, "editors write another file, and move it to its place"


def test_a_file_that_is_printed_to_has_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``kms-jwt dev > events.txt``, in the program's folder."""
    file = tmp_path / "events.txt"
    with file.open("w") as output:
        monkeypatch.setattr(changes, "_OUTPUT", output.fileno())
        print("deployed", file=output, flush=True)
        assert Changes(tmp_path).of([(Change.modified, str(file))]) == set()
    monkeypatch.undo()
    assert Changes(tmp_path).of([(Change.modified, str(file))]) == {file}


def test_what_tools_write_has_not_changed(tmp_path: Path) -> None:
    environment = tmp_path / "env"
    environment.mkdir()
    (environment / "pyvenv.cfg").touch()
    (tmp_path / "pyvenv.cfg").touch()  # so may the folder itself be one
    of_tools = [tmp_path / ".ruff_cache" / "0.17" / "1", environment / "lib" / "site.py", environment / "pyvenv.cfg"]
    own = tmp_path / "backend" / "backend.py"
    found = [(Change.added, str(path)) for path in (*of_tools, own, tmp_path / ".env")]
    assert Changes(tmp_path).of(found) == {own, tmp_path / ".env"}
