"""Which changes are a reason to reload."""

import os
import time
from pathlib import Path

from watchfiles import Change

from cli.dev.changes import Changes, lasting_changes
from cli.dev.own_writes import OwnWrites


def test_what_came_and_went_is_no_change(tmp_path: Path) -> None:
    kept, gone, removed = (str(tmp_path / name) for name in ("kept", "gone", "removed"))
    Path(kept).touch()
    found = {(Change.added, kept), (Change.deleted, kept), (Change.added, gone), (Change.deleted, gone)}

    assert lasting_changes(found) == {kept}
    assert lasting_changes({(Change.deleted, removed), (Change.modified, kept)}) == {removed, kept}


def test_what_each_of_five_runs_has_written_is_no_reason_to_run_again(tmp_path: Path) -> None:
    writes = OwnWrites(tmp_path)
    sorted_out = []
    for _ in range(6):
        with writes.running():
            (tmp_path / "made").touch()
            (tmp_path / "mine").touch()
            os.utime(tmp_path / "mine", (time.time() + 60, time.time() + 60))  # somebody edits it a minute later
            (tmp_path / "routes.py").touch()  # somebody is fast
        sorted_out.append(writes.sort_out(["made", "mine", "removed", "routes.py"]))

    assert sorted_out == [
        *[(["made", "mine", "removed", "routes.py"], [])] * 4,
        (["mine", "removed", "routes.py"], ["made"]),
        (["mine", "removed", "routes.py"], []),
    ]


def test_a_new_file_in_each_of_five_runs_is_no_reason_to_run_again(tmp_path: Path) -> None:
    writes, made = OwnWrites(tmp_path), [f"report-{number}" for number in range(10)]
    sorted_out = []
    for name in made:
        with writes.running():
            (tmp_path / name).touch()
        sorted_out.append(writes.sort_out([name]))
        if name == "report-4":  # its loop has ended, and somebody edits the program
            assert writes.sort_out(["__main__.py"]) == (["__main__.py"], [])

    assert [found for _, found in sorted_out if found] == [["report-4"], ["report-9"]]
    assert sorted_out[4] == ([], ["report-4"])


def test_runs_that_do_not_follow_one_another_are_chance(tmp_path: Path) -> None:
    writes = OwnWrites(tmp_path)
    for edited in (*[False] * 4, True, *[False] * 4):
        with writes.running():
            (tmp_path / "made").touch()
        if edited:
            os.utime(tmp_path / "made", (time.time() + 60, time.time() + 60))
        assert writes.sort_out(["made"]) == (["made"], [])


def test_only_what_is_different_has_changed(tmp_path: Path) -> None:
    """A program may write a file whenever it runs."""
    found, file, gone = Changes(tmp_path), tmp_path / "routes.json", tmp_path / "gone.py"
    file.write_text("1")
    assert found.among([file]) == {file}
    file.write_text("1")
    assert found.among([file]) == set()
    file.write_text("2")
    assert found.among([file, gone]) == {file, gone}
    file.unlink()
    assert found.among([file]) == {file}


def test_a_file_that_is_printed_to_has_not_changed(tmp_path: Path) -> None:
    """``kms-jwt dev > events.txt``, in the program's folder."""
    file = tmp_path / "events.txt"
    with file.open("w") as output:
        print("deployed", file=output, flush=True)
        assert Changes(tmp_path, [None, output]).among([file]) == set()
    assert Changes(tmp_path).among([file]) == {file}


def test_what_tools_write_has_not_changed(tmp_path: Path) -> None:
    environment = tmp_path / "env"
    environment.mkdir()
    (environment / "pyvenv.cfg").touch()
    (tmp_path / "pyvenv.cfg").touch()  # so may the folder itself be one
    of_tools = [tmp_path / ".ruff_cache" / "0.17" / "1", environment / "lib" / "site.py", environment / "pyvenv.cfg"]
    own = tmp_path / "backend" / "backend.py"
    assert Changes(tmp_path).among([*of_tools, own, tmp_path / ".env"]) == {own, tmp_path / ".env"}
