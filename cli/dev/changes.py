"""Changes in the program's folder, from the operating system."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import watchfiles

_READY_MILLISECONDS = 500
_OUTPUT, _ERRORS = 1, 2


@contextmanager
def changes(folder: Path, changed: Callable[[list[str]], object]) -> Iterator[threading.Event]:
    """Calls ``changed`` with the paths, relative to ``folder``, from a thread. The event is set once nothing can be missed.

    Hidden folders, virtual environments and bytecode do not count, nor what ``Changes`` leaves out.
    """
    ready, stop, found_out = threading.Event(), threading.Event(), Changes(folder)

    def watch() -> None:
        try:
            for found in watchfiles.watch(
                folder,
                stop_event=stop,
                rust_timeout=_READY_MILLISECONDS,
                yield_on_timeout=True,
                raise_interrupt=False,
                debounce=400,
            ):
                ready.set()
                if paths := found_out.of(found):
                    changed(sorted(str(path.relative_to(folder)) for path in paths))
        finally:
            ready.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield ready
    finally:
        stop.set()
        thread.join()


class Changes:
    """Tells edits from writing that would make the program run for ever: a file that this process prints to, one that the
    program itself writes whenever it runs, always the same, and an editor's that is gone as soon as it is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, bytes | None] = {}

    def of(self, found: Iterable[tuple[watchfiles.Change, str]]) -> set[Path]:
        """The paths among ``found`` that have changed."""
        kinds: dict[Path, set[watchfiles.Change]] = {}
        for kind, path in found:
            kinds.setdefault(Path(path), set()).add(kind)
        return {
            path for path, of_path in kinds.items() if not self._is_of_a_tool(path) and self._has_changed(path, of_path)
        }

    def _is_of_a_tool(self, path: Path) -> bool:
        above = path.relative_to(self._folder).parents
        return any(
            folder.name.startswith(".") or (self._folder / folder / "pyvenv.cfg").exists()
            for folder in above
            if folder.name
        )

    def _has_changed(self, path: Path, kinds: set[watchfiles.Change]) -> bool:
        if kinds >= {watchfiles.Change.added, watchfiles.Change.deleted} and not path.exists():
            return False
        if _is_printed_to(path):
            return False
        content = _digest(path)
        if path in self._known and self._known[path] == content:
            return False
        self._known[path] = content
        return True


def _is_printed_to(path: Path) -> bool:
    for stream in (_OUTPUT, _ERRORS):
        with suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(stream)):
                return True
    return False


def _digest(path: Path) -> bytes | None:
    """``None`` for what is no file, or not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None
