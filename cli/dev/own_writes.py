"""Files that every reload changes, as the program writes them, or what is printed goes there: reloads that never end."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ROUNDS = 5
_SOURCES = (".py", ".yaml", ".yml")
"""What somebody edits, however fast, and programs do not write."""
_CLOCKS_SECONDS = 0.1
"""By which the clock of files may be behind."""
_PRINTING_SECONDS = 1.0
"""What is printed about a reload may be written by another program, such as ``tee``."""


class OwnWrites:
    """Finds out which files in ``folder`` are written whenever the program runs, also by a new name each time: five times in a
    row is no chance."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._began = self._ended = 0.0
        self._rounds: dict[str, int] = {}
        self._rounds_with_new = 0
        self._own: set[str] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """In the block the program runs, and it is said what came of it."""
        self._began = time.time()
        try:
            yield
        finally:
            self._ended = time.time()

    def sort_out(self, paths: Iterable[str]) -> tuple[list[str], list[str]]:
        """Those of the changed ``paths`` to reload for; and those that from now on are none."""
        others = [path for path in paths if path not in self._own]
        written = {path for path in others if not path.endswith(_SOURCES) and self._is_of_the_run(path)}
        new = written - self._rounds.keys()
        self._rounds_with_new = self._rounds_with_new + 1 if new else 0
        for path in others:
            self._rounds[path] = self._rounds.get(path, 0) + 1 if path in written else 0
        found = [path for path in others if self._rounds[path] >= _ROUNDS]
        found += sorted(new) if self._rounds_with_new >= _ROUNDS else []
        self._own.update(found)
        return [path for path in others if path not in self._own], found

    def _is_of_the_run(self, path: str) -> bool:
        try:
            changed = (self._folder / path).stat().st_mtime
        except OSError:  # removed
            return False
        return self._began - _CLOCKS_SECONDS <= changed <= self._ended + _PRINTING_SECONDS
