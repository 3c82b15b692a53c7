"""Archives: what is in the zip file, and when two are the same."""

import io
import os
import zipfile
from pathlib import Path

import pulumi
import pytest

from emulator import archives, compressed
from emulator.archives import Package, freeze
from emulator.errors import UnsupportedError


def package(archive: pulumi.Archive) -> Package:
    frozen = freeze({"code": archive})["code"]
    assert isinstance(frozen, Package)
    return frozen


def content(archive: pulumi.Archive) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package(archive).pack())) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    code = tmp_path / "code"
    (code / "inner").mkdir(parents=True)
    (code / "app.py").write_text("one")
    (code / "inner" / "tool.sh").write_text("#!/bin/sh")
    (code / "inner" / "tool.sh").chmod(0o755)
    return code


def test_everything_that_pulumi_can_put_together(folder: Path, tmp_path: Path) -> None:
    zipped = tmp_path / "library.zip"
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("library/", "")
        file.writestr("library/code.py", "two")
    archive = pulumi.AssetArchive(
        {
            ".": pulumi.FileArchive(str(folder)),
            "config.json": pulumi.StringAsset("{}"),
            "copy.py": pulumi.FileAsset(str(folder / "app.py")),
            "lib": pulumi.FileArchive(str(zipped)),
            "nested": pulumi.AssetArchive({"deep": pulumi.StringAsset("three")}),
        }
    )
    assert content(archive) == {
        "app.py": b"one",
        "config.json": b"{}",
        "copy.py": b"one",
        "inner/tool.sh": b"#!/bin/sh",
        "lib/library/code.py": b"two",
        "nested/deep": b"three",
    }


def test_a_zip_file_is_sent_as_it_is(tmp_path: Path) -> None:
    zipped = tmp_path / "code.zip"
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("app.py", "one")
    assert package(pulumi.FileArchive(str(zipped))).pack() == zipped.read_bytes()


def test_the_same_content_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    before = package(pulumi.FileArchive(str(folder)))
    os.utime(folder / "app.py", (1, 1))
    (folder / "app.py").chmod(0o600)
    after = package(pulumi.FileArchive(str(folder)))
    assert after == before
    assert after.pack() == before.pack()


def test_a_large_file_is_compressed_once_for_all_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what was kept is damaged, or cannot be kept."""
    monkeypatch.setattr(compressed, "user_cache_path", lambda *_, **__: tmp_path)
    large = os.urandom(16).hex() * (compressed.LARGE // 32)
    done: list[str] = []
    compress = archives._zip_of_one

    def noted(name: str, file: archives._File) -> bytes:
        done.append(name)
        return compress(name, file)

    monkeypatch.setattr(archives, "_zip_of_one", noted)

    def sent() -> tuple[list[str], bytes]:
        archives._member_of_zip.cache_clear()  # as in another run
        done.clear()
        code = {"large.so": pulumi.StringAsset(large), "small.py": pulumi.StringAsset("")}
        return done, package(pulumi.AssetArchive(dict(code))).pack()

    files, first = sent()
    assert sorted(files) == ["large.so", "small.py"]
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert file.read("large.so") == large.encode()
    assert sent() == (["small.py"], first)
    (kept,) = (tmp_path / "compressed").iterdir()
    assert kept.parent.stat().st_mode & 0o077 == 0

    kept.write_bytes(kept.read_bytes()[:-1])
    assert sorted(sent()[0]) == ["large.so", "small.py"]
    assert sent() == (["small.py"], first)
    monkeypatch.setattr(compressed, "user_cache_path", lambda *_, **__: kept)  # no folder
    assert sorted(sent()[0]) == ["large.so", "small.py"]
    assert sent()[1] == first


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_other_content_is_another_package(folder: Path, change: str) -> None:
    before = package(pulumi.FileArchive(str(folder)))
    if change == "content":
        (folder / "app.py").write_text("more")
    elif change == "name":
        (folder / "app.py").rename(folder / "other.py")
    else:
        (folder / "app.py").chmod(0o755)
    after = package(pulumi.FileArchive(str(folder)))
    assert after != before
    assert after.pack() != before.pack()


def test_modes_are_normal_ones(folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(package(pulumi.FileArchive(str(folder))).pack())) as file:
        modes = {info.filename: oct(info.external_attr >> 16) for info in file.infolist()}
    assert modes == {"app.py": "0o100644", "inner/tool.sh": "0o100755"}


@pytest.mark.parametrize(
    ("archive", "named"),
    [
        (pulumi.RemoteArchive("https://example.com/code.zip"), "RemoteArchive"),
        (pulumi.AssetArchive({"x": pulumi.RemoteAsset("https://example.com/x")}), "x: .*RemoteAsset"),
    ],
)
def test_what_would_need_the_network_is_refused(archive: pulumi.Archive, named: str) -> None:
    with pytest.raises(UnsupportedError, match=named):
        package(archive)


def test_whole_numbers_become_integers_at_any_depth() -> None:
    frozen = freeze({"a": 3.0, "b": [{"c": 2.0, "d": 2.5}], "e": True, "f": None})
    assert repr(frozen) == "{'a': 3, 'b': [{'c': 2, 'd': 2.5}], 'e': True, 'f': None}"
