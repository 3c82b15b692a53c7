"""Where in a program an error is: the line to go to."""

import traceback
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

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
