"""Changes in the program's folder, from the operating system."""

import hashlib
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import watchfiles

_READY_MILLISECONDS = 500


@contextmanager
def changes(
    folder: Path, changed: Callable[[list[str]], object], *, printed_to: Iterable[TextIO | None]
) -> Iterator[threading.Event]:
    """Calls ``changed`` with the paths, relative to ``folder``, from a thread. The event is set once nothing can be missed.

    Hidden folders, virtual environments and bytecode do not count, nor what came and went in one moment, nor what ``Changes``
    leaves out.
    """
    ready, stop, found_out = threading.Event(), threading.Event(), Changes(folder, printed_to)

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
                if paths := found_out.among(map(Path, lasting_changes(found))):
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


def lasting_changes(found: Collection[tuple[watchfiles.Change, str]]) -> set[str]:
    """The paths that have changed, but for those that have come and gone meanwhile, as editors and builds have them."""
    of = {kind: {path for change, path in found if change is kind} for kind in watchfiles.Change}
    passing = of[watchfiles.Change.added] & of[watchfiles.Change.deleted]
    return set().union(*of.values()) - {path for path in passing if not Path(path).exists()}


class Changes:
    """Tells edits from writing that would make the program run for ever: a file that the streams ``printed_to`` lead to, and
    one that the program itself writes whenever it runs, always the same."""

    def __init__(self, folder: Path, printed_to: Iterable[TextIO | None] = ()) -> None:
        self._folder = folder
        self._known: dict[Path, bytes | None] = {}
        self._outputs: list[os.stat_result] = []
        for stream in printed_to:
            if stream is not None:
                with suppress(OSError):  # a stream of Python's
                    self._outputs.append(os.fstat(stream.fileno()))

    def among(self, paths: Iterable[Path]) -> set[Path]:
        """Those of the ``paths`` that have changed."""
        return {path for path in paths if not self._is_of_a_tool(path) and self._has_changed(path)}

    def _is_of_a_tool(self, path: Path) -> bool:
        above = path.relative_to(self._folder).parents
        return any(
            folder.name.startswith(".") or (self._folder / folder / "pyvenv.cfg").exists()
            for folder in above
            if folder.name
        )

    def _has_changed(self, path: Path) -> bool:
        with suppress(OSError):
            status = path.stat()
            if any(os.path.samestat(status, output) for output in self._outputs):
                return False
        content = _digest(path)
        if path in self._known and self._known[path] == content:
            return False
        self._known[path] = content
        return True


def _digest(path: Path) -> bytes | None:
    """``None`` for what is no file, or not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None
