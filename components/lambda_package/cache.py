"""The cache folder of builds: one per user, shared by all checkouts.

Its content is deployed, so other users must not be able to write to it.
"""

import os
import stat
import sys
from pathlib import Path

import pulumi
from platformdirs import user_cache_path

_VARIABLE = "WIN_PD_OVERRIDE_LOCAL_APPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
"""The variable that ``platformdirs`` reads on this system."""

ELSEWHERE = f"set {_VARIABLE} to a folder that you own and can write to"
"""The advice if this folder cannot be used."""

_JUNCTION = 0xA0000003
"""``IO_REPARSE_TAG_MOUNT_POINT``: Windows's directory junctions, which are not symbolic links."""


class CacheError(pulumi.RunError):
    """There is no private folder for the cache; the message says why, and what to set."""


def cache_dir(name: str) -> Path:
    """The folder ``name`` in the platform's cache folder (``~/.cache/kms-jwt`` on Linux), created if it does not exist.

    It is private: created with mode 0700, owned by the user, not a link, and below folders in which no other user can
    replace it. Group write permission on the folders above is accepted, since with the umask 002 each user has a private
    group. Windows has no such owners and modes: there the permissions of the profile protect it, and only links are
    rejected. An existing folder may be on a read-only file system.

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
        # Anything that others may have put into the root before is checked below, by its owner, which cannot be forged.
        _make_private(root)
        _create(folder)
        _make_private(folder, once_shared=False)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
        raise CacheError(f"the cache folder {folder} cannot be created ({reason}); {ELSEWHERE}") from None
    return folder


def _create(folder: Path) -> None:
    """Like ``mkdir(parents=True)``, with private parents too, as the XDG Base Directory Specification requires."""
    if not os.path.lexists(folder):
        _create(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _check_above(root: Path) -> None:
    """Raise ``CacheError`` if another user could replace ``root`` by a folder of their own."""
    if sys.platform == "win32":
        return
    real = root.parent.resolve()
    for place in {*root.parents, real, *real.parents}:
        status = place.lstat()
        if stat.S_ISLNK(status.st_mode):
            if place.parent.stat().st_mode & 0o022 and status.st_uid not in (0, os.geteuid()):
                raise CacheError(f"the cache folder {root} is below {place}, a link of another user; {ELSEWHERE}")
        elif status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
            raise CacheError(f"the cache folder {root} is below {place}, which anybody can write to; {ELSEWHERE}")


def _make_private(folder: Path, *, once_shared: bool = True) -> None:
    """Raise ``CacheError`` if it is not this user's; remove others' permissions, which may be there if ``once_shared``."""
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        raise CacheError(f"the cache folder {folder} is a link: remove it, or {ELSEWHERE}")
    if not stat.S_ISDIR(status.st_mode):
        raise CacheError(f"the cache folder {folder} is not a folder: remove it, or {ELSEWHERE}")
    if sys.platform == "win32":
        return
    if status.st_uid != os.geteuid():
        owner = f"belongs to user {status.st_uid}, and this is user {os.geteuid()}"
        raise CacheError(f"the cache folder {folder} {owner}: remove it, or {ELSEWHERE}")
    shared = status.st_mode & 0o022
    if shared and not once_shared:
        mode = f"is writable by others (mode {stat.S_IMODE(status.st_mode):04o}), who may have changed its content"
        raise CacheError(f"the cache folder {folder} {mode}: remove it, or {ELSEWHERE}")
    if status.st_mode & 0o077:
        try:
            folder.chmod(0o700)
        except OSError:
            if shared:  # otherwise others can only read it, which is acceptable on a read-only file system
                raise
