"""How a session is shown: as lines, with a live tree at a terminal, or as lines of JSON."""

import json
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from ..folding import folded_at_spaces
from ..terminal import Line, encodable, output_width, printable, show
from .screens import moment
from .tree import Tree, step_line

if TYPE_CHECKING:
    from rich.text import Text

    from ..packages.emulator import Step


_INDENT = len("12:01:02 ")
"""Of what is folded: below the text after the time."""

Watching = Callable[["Step"], object]
"""Shows the steps of one deployment."""


class Display(Protocol):
    """Shows what happens. Each event has a name and fields for programs, and lines for people."""

    def event(self, name: str, fields: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Shows one event."""

    def deploying(self, tree: Tree, title: str) -> AbstractContextManager[Watching]:
        """A context in which the steps that it is called with are shown, below ``title``, and added to ``tree``. Events are
        shown in it, too."""


def display(output: TextIO | None, as_json: bool) -> "Lines | Json":
    """For this process's standard output, which for JSON is ``output``."""
    if as_json:
        return Json(output)
    at_terminal = sys.stdout is not None and sys.stdout.isatty()
    if at_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        return Live()
    return Lines()


class Lines:
    """A line, or some, for each event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def event(self, name: str, fields: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Prints ``lines``, at a terminal folded at spaces."""
        with self._lock:
            show(_fitting(lines))
            if sys.stdout is not None:
                sys.stdout.flush()

    @contextmanager
    def deploying(self, tree: Tree, title: str) -> Iterator[Watching]:
        """Prints ``title``, and a line for each resource that is done and was changed."""
        self.event("deploying", {}, [f"{moment()} {title} ..."])

        def watch(step: "Step") -> None:
            tree.add(step)
            if step.action:
                self.event("step", {}, [step_line(step.urn, step.action, step.seconds)])

        yield _unless_closed(watch)


class Live(Lines):
    """At a terminal: while it is deployed, the stack is a tree that grows; it makes room for the lines that come after. What is
    said in the meantime stands above it."""

    @contextmanager
    def deploying(self, tree: Tree, title: str) -> Iterator[Watching]:
        """Draws ``title``, how long it has lasted, and the tree, four times a second; rich moves what is printed above it."""
        import rich.console
        import rich.live

        console = rich.console.Console(highlight=False)
        started = time.monotonic()

        def last_lines() -> "Text":
            lasting = f"{title} ...  {time.monotonic() - started:.0f} s"
            return _drawn([lasting, *tree.lines()[-max(1, console.height - 3) :]])

        with rich.live.Live(console=console, transient=True, get_renderable=last_lines):
            yield tree.add


def _fitting(lines: Iterable[Line]) -> Iterator[Line]:
    columns = output_width()
    for line in lines:
        yield from folded_at_spaces(line, columns, _INDENT)


def _drawn(lines: Iterable[Line]) -> "Text":
    from rich.text import Text

    styles = {"31": "red", "32": "green", "33": "yellow"}
    text = Text(no_wrap=True, overflow="crop")  # not every code page has an ellipsis
    for line in lines:
        for span in [(line, "")] if isinstance(line, str) else line:
            text.append(encodable(printable(span[0])), styles.get(span[1]))
        text.append("\n")
    return text


class Json:
    """One JSON object a line."""

    def __init__(self, output: TextIO | None) -> None:
        self._output = output
        self._lock = threading.Lock()

    def event(self, name: str, fields: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Prints ``fields``."""
        with self._lock:
            if self._output is not None:
                print(json.dumps(_finite({"event": name, **fields}), default=_no_json), file=self._output, flush=True)

    @contextmanager
    def deploying(self, tree: Tree, title: str) -> Iterator[Watching]:
        """Prints that it begins, and each resource that is done and was changed."""
        self.event("deploying", {"what": title}, ())

        def watch(step: "Step") -> None:
            tree.add(step)
            if step.action:
                self.event("step", {"urn": step.urn, "action": step.action, "seconds": step.seconds}, ())

        yield _unless_closed(watch)


def _finite(value: Any) -> Any:
    """``value`` with the numbers that JSON has not as strings."""
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _no_json(value: object) -> str:
    """Stands for the only kind of output that is none."""
    return "(an asset or archive)"


def _unless_closed(watch: Watching) -> Watching:
    """A step is shown by a thread of the deployment, which does not fail because nobody reads. The next event will."""

    def quietly(step: "Step") -> None:
        with suppress(OSError):
            watch(step)

    return quietly


def width() -> int:
    """The columns of the terminal; 80 without one."""
    return shutil.get_terminal_size((80, 24)).columns
