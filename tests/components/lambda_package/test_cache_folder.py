"""The cache folder is this user's alone, and says what to set where that cannot be."""

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from components.lambda_package.cache import CacheError, cache_dir


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for caches: there, and empty."""
    folder = tmp_path / "caches"
    folder.mkdir(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022])
def test_it_is_made_private_whatever_the_umask(umask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "not" / "there"))
    before = os.umask(umask)
    try:
        folder = cache_dir("packages")
    finally:
        os.umask(before)

    assert folder == tmp_path / "not" / "there" / "kms-jwt" / "packages"
    assert [_mode(path) for path in (folder, *folder.parents[:3])] == [0o700] * 4


@pytest.mark.parametrize(("root", "leaf"), [(0o755, 0o755), (0o775, 0o755), (0o777, 0o750)])
def test_an_older_one_is_made_private(root: int, leaf: int, home: Path) -> None:
    folder = home / "kms-jwt" / "packages"
    folder.mkdir(parents=True)
    folder.chmod(leaf)
    folder.parent.chmod(root)

    assert cache_dir("packages") == folder
    assert _mode(folder) == _mode(folder.parent) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
def test_what_others_could_write_is_not_used(mode: int, home: Path) -> None:
    folder = home / "kms-jwt" / "packages"
    folder.mkdir(parents=True)
    folder.chmod(mode)

    with pytest.raises(
        CacheError, match=rf"{mode:04o}.*may have changed its content: remove it, or set XDG_CACHE_HOME"
    ):
        cache_dir("packages")


@pytest.mark.parametrize("link", ["kms-jwt", "kms-jwt/packages"])
def test_links_are_refused(link: str, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o700)
    (home / link).parent.mkdir(0o700, exist_ok=True)
    (home / link).symlink_to(elsewhere)

    with pytest.raises(CacheError, match=rf"{re.escape(str(home / link))} is a link: remove it, or set XDG_CACHE_HOME"):
        cache_dir("packages")
    assert not list(elsewhere.iterdir())


def test_another_user_s_folder_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_dir("packages")
    monkeypatch.setattr(os, "geteuid", lambda: 4242)

    with pytest.raises(
        CacheError, match=rf"kms-jwt belongs to user {os.getuid()}, and this is user 4242: remove it, or"
    ):
        cache_dir("packages")


def test_a_folder_above_that_anybody_can_write_is_refused_unless_sticky(home: Path) -> None:
    home.chmod(0o777)
    with pytest.raises(
        CacheError, match=rf"is below {re.escape(str(home))}, which anybody can write to; set XDG_CACHE_HOME"
    ):
        cache_dir("packages")
    assert not list(home.iterdir())

    home.chmod(0o1777)
    assert cache_dir("packages").is_dir()


def test_the_place_that_a_link_leads_to_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "shared" / "caches").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "shared" / "caches")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "link"))

    with pytest.raises(CacheError, match=r"shared, which anybody can write to"):
        cache_dir("packages")

    (tmp_path / "shared").chmod(0o755)
    assert cache_dir("packages").is_dir()


def test_a_link_above_counts_if_another_user_may_have_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "caches").mkdir()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    (tmp_path / "tmp" / "link").symlink_to(tmp_path / "caches")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "tmp" / "link"))
    assert cache_dir("packages").is_dir()

    if os.geteuid() == 0:  # whose own links are trusted by everybody
        os.lchown(tmp_path / "tmp" / "link", 4243, 4243)
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(CacheError, match=r"is below .*/tmp/link, a link of another user; set XDG_CACHE_HOME"):
        cache_dir("packages")


@pytest.mark.parametrize("home", ["/dev/null/caches", "/proc/caches"])
def test_a_place_that_cannot_be_written_is_said_plainly(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)

    with pytest.raises(
        CacheError, match=rf"{home}/kms-jwt/packages cannot be created \({home}: .*\); set XDG_CACHE_HOME"
    ):
        cache_dir("packages")


def test_a_file_in_its_place(home: Path) -> None:
    (home / "kms-jwt").touch()

    with pytest.raises(CacheError, match=r"kms-jwt is not a folder: remove it, or set XDG_CACHE_HOME"):
        cache_dir("packages")


def test_a_home_that_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)

    with pytest.raises(CacheError, match=r"there is no folder for the cache: .*; set XDG_CACHE_HOME"):
        cache_dir("packages")


def test_one_on_a_read_only_file_system_is_used_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(path: Path, mode: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    folder = cache_dir("packages")
    folder.parent.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", read_only)
    assert cache_dir("packages") == folder

    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    folder.parent.chmod(0o775)
    monkeypatch.setattr(Path, "chmod", read_only)
    with pytest.raises(CacheError, match=r"Read-only file system"):
        cache_dir("packages")
