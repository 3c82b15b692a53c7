"""What is being done while a command lasts, on standard error, in one style everywhere.

At a terminal it is one line with the time that has passed, which disappears at the end; elsewhere, and with NO_COLOR, a plain
line at the start. rich is imported only at a terminal.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from .terminal import complain, encodable, printable

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Progress:
    """Says what is done while the ``with`` block lasts: ``text``, such as "Checking orders".

    ``total`` is how much there is to do, in any unit; ``None``: unknown, no bar. ``note`` follows ``text`` in the plain line.
    Without ``plain`` there is no such line: the output itself shows how far it is. Unless ``animated``, nothing moves between
    two calls of ``show``: what is measured is not disturbed.
    """

    def __init__(
        self, text: str, total: float | None = None, *, note: str = "", plain: bool = True, animated: bool = True
    ) -> None:
        self._text = printable(text)
        self._total = total
        self._note = f" ({printable(note)})" if note else ""
        self._plain = plain
        self._animated = animated
        self._bar: Bar | None = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if _at_terminal():
            self._bar = _bar(with_total=self._total is not None, animated=self._animated)
            self._task = self._bar.add_task(encodable(self._text, sys.stderr), total=self._total)
            self._bar.start()
        elif self._plain:
            complain(f"{self._text}{self._note} ...")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: float, text: str = "") -> None:
        """``done`` of the total is done; ``text`` is what is done now."""
        if self._bar is not None:
            more = f": {printable(text)}" if text else ""
            shown = encodable(self._text + more, sys.stderr)
            self._bar.update(self._task, completed=done, description=shown, refresh=not self._animated)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """In the block there is no line, so that others can be printed."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            sys.stdout.flush()
            self._bar.start()


def _at_terminal() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stderr is not None and sys.stderr.isatty()


def _bar(*, with_total: bool, animated: bool) -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    # The spinner of ASCII characters: every code page has them.
    columns: list[ProgressColumn] = [SpinnerColumn("line"), text, TimeElapsedColumn()]
    if with_total:
        columns.insert(2, BarColumn(bar_width=20))
    console = Console(stderr=True)
    return Bar(
        *columns,
        console=console,
        transient=True,
        auto_refresh=animated,
        redirect_stdout=False,
        redirect_stderr=False,
    )
