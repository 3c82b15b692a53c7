"""Where in a program an error is: the line to go to."""

import contextlib
import functools
import sys
import traceback
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from unittest import mock

from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_LIBRARY = Path(__file__).resolve().parent.parent
_PARTS = ("authorizer", "components", "emulator", "issuer")
"""In a checkout the program's folder has the library in it. An error is where the program calls it."""

_INSTALLED = {"site-packages", "dist-packages"}


class Position(NamedTuple):
    """A line of a file."""

    file: str
    """Relative to the program's folder."""
    line: int


def of_error(error: BaseException, program: Path) -> Position | None:
    """The innermost line of the program that ``error`` came through, or the line that Python cannot parse."""
    for cause in _causes(error):
        if isinstance(cause, SyntaxError) and cause.filename and cause.lineno:
            return _innermost([(cause.filename, cause.lineno)], program)
        frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(cause.__traceback__)]
        if found := _innermost(reversed(frames), program):
            return found
    return None


@contextlib.contextmanager
def stacks_made_once() -> Iterator[None]:
    """Within, the SDK makes the stacks of resources out of frames, without reading source lines and with each URI made once.

    Its own way takes a quarter of a deployment's CPU time, and more in a test, whose stack is deeper.
    """
    with mock.patch.object(resource, "_get_stack_trace", _stack):
        yield


def _stack() -> source_pb2.StackTrace:
    """The frames outside of the constructors of a resource and its two base classes, as in the SDK; innermost first."""
    frame: FrameType | None = sys._getframe(1)
    constructors = 0
    while frame and constructors < 3:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    found = []
    while frame:
        uri = _uri(frame.f_code.co_filename)
        position = source_pb2.SourcePosition(uri=uri, line=frame.f_lineno) if uri else None
        found.append(source_pb2.StackFrame(pc=position))
        frame = frame.f_back
    return source_pb2.StackTrace(frames=found)


@functools.lru_cache(maxsize=10_000)
def _uri(file: str) -> str | None:
    return Path(file).as_uri() if Path(file).is_absolute() else None


def of_registration(uris: Iterable[tuple[str, int]], program: Path) -> Position | None:
    """The line of the program that declares a resource, from the stack that the SDK sends, innermost first."""
    paths = ((urllib.request.url2pathname(urllib.parse.urlsplit(uri).path), line) for uri, line in uris)
    return _innermost(paths, program)


def _innermost(frames: Iterable[tuple[str, int]], program: Path) -> Position | None:
    folder = program.resolve()
    for name, line in frames:
        if name.startswith("<"):  # <frozen runpy>, <string>: no file
            continue
        path = Path(name).resolve()
        if not path.is_relative_to(folder) or not _INSTALLED.isdisjoint(path.parts):
            continue
        if not any(path.is_relative_to(_LIBRARY / part) for part in _PARTS):
            return Position(str(path.relative_to(folder)), line)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error and id(error) not in seen:  # an error may be raised again from one that it has caused
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
