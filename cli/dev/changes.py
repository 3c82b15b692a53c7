"""Changes in the program's folder, from the operating system."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import watchfiles

_READY_MILLISECONDS = 500


@contextmanager
def changes(folder: Path, changed: Callable[[list[str]], object]) -> Iterator[threading.Event]:
    """Calls ``changed`` with the paths, relative to ``folder``, from a thread. The event is set once nothing can be missed.

    Hidden folders of tools, virtual environments and bytecode do not count.
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
                if found:
                    changed(sorted({str(Path(path).relative_to(folder)) for _, path in found}))
        finally:
            ready.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield ready
    finally:
        stop.set()
        thread.join()
