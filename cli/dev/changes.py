"""Changes in the program's folder, from the operating system."""

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import watchfiles

_READY_MILLISECONDS = 500


@contextmanager
def changes(folder: Path, changed: Callable[[list[str]], object]) -> Iterator[threading.Event]:
    """Calls ``changed`` with the paths, relative to ``folder``, from a thread. The event is set once nothing can be missed.

    Hidden folders of tools, virtual environments and bytecode do not count, nor what came and went in one moment.
    """
    ready, stop = threading.Event(), threading.Event()

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
                if lasting := lasting_changes(found):
                    changed(sorted(str(Path(path).relative_to(folder)) for path in lasting))
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
