"""Where builds keep what can be made again: one folder per user, shared by every checkout.

What lies there is deployed, so nobody else may put anything into it.
"""

import os
import stat
import sys
from pathlib import Path

import pulumi
from platformdirs import user_cache_path

_VARIABLE = "WIN_PD_OVERRIDE_LOCAL_APPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
"""What ``platformdirs`` obeys on this system."""

ELSEWHERE = f"set {_VARIABLE} to a folder that is yours and can be written"
"""What to do where this one will not do."""

_JUNCTION = 0xA0000003
"""``IO_REPARSE_TAG_MOUNT_POINT``: Windows's links between folders, which are no symbolic links."""


class CacheError(pulumi.RunError):
    """There is no folder for the cache that is this user's alone; the message says why, and what to set."""


def cache_dir(name: str) -> Path:
    """The cache folder ``name``, where the platform keeps caches (``~/.cache/kms-jwt`` on Linux), created when missing.

    It is this user's alone: created with mode 0700, owned by the user, no link, and below folders in which no other user
    can put another in its place. A group that may write to the folders above counts as trusted, since with the umask 002
    everybody has a group of their own. Windows has neither owners nor modes in this sense: there the profile's own
    permissions protect it, and only links are refused. A folder that exists may be on a read-only file system.

    Raises ``CacheError``.
    """
    try:
        root = user_cache_path("kms-jwt", appauthor=False)
        if not root.is_absolute():
            raise RuntimeError("the home folder is unknown")
    except RuntimeError as error:
        raise CacheError(f"there is no folder for the cache: {error}; {ELSEWHERE}") from None
    folder = root / name
    try:
        _create(root.parent)
        _check_above(root)
        _create(root)
        # What others may have put into the root while they could is looked at below: an owner's mark cannot be forged.
        _make_private(root)
        _create(folder)
        _make_private(folder, once_shared=False)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
        raise CacheError(f"the cache folder {folder} cannot be made ({reason}); {ELSEWHERE}") from None
    return folder


def _create(folder: Path) -> None:
    """Like ``mkdir(parents=True)``, with the parents private too, as the XDG Base Directory Specification asks for."""
    if not os.path.lexists(folder):
        _create(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _check_above(root: Path) -> None:
    """Refuse a place where another user could put a folder of theirs instead of ``root``."""
    if sys.platform == "win32":
        return
    real = root.parent.resolve()
    for place in {*root.parents, real, *real.parents}:
        status = place.lstat()
        if stat.S_ISLNK(status.st_mode):
            if place.parent.stat().st_mode & 0o022 and status.st_uid not in (0, os.geteuid()):
                raise CacheError(f"the cache folder {root} lies below {place}, a link of another user; {ELSEWHERE}")
        elif status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
            raise CacheError(f"the cache folder {root} lies below {place}, where anybody can write; {ELSEWHERE}")


def _make_private(folder: Path, *, once_shared: bool = True) -> None:
    """Refuse what is not this user's; take other users' permissions away, if they may have had them (``once_shared``)."""
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        raise CacheError(f"the cache folder {folder} is a link: remove it, or {ELSEWHERE}")
    if not stat.S_ISDIR(status.st_mode):
        raise CacheError(f"the cache folder {folder} is no folder: remove it, or {ELSEWHERE}")
    if sys.platform == "win32":
        return
    if status.st_uid != os.geteuid():
        owner = f"belongs to user {status.st_uid}, and this is user {os.geteuid()}"
        raise CacheError(f"the cache folder {folder} {owner}: remove it, or {ELSEWHERE}")
    shared = status.st_mode & 0o022
    if shared and not once_shared:
        mode = (
            f"could be written by others (mode {stat.S_IMODE(status.st_mode):04o}), who may have left something there"
        )
        raise CacheError(f"the cache folder {folder} {mode}: remove it, or {ELSEWHERE}")
    if status.st_mode & 0o077:
        try:
            folder.chmod(0o700)
        except OSError:
            if shared:  # else others can only look, and a read-only file system is no reason to refuse
                raise
