"""A program runs as the Pulumi CLI starts it, and each run sees its files as they are then."""

import contextlib
import gc
import importlib
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from .errors import ConfigError

_OTHERS = {"site-packages", "dist-packages"}
"""The folders of installed packages: a virtual environment may lie in the program's folder."""


def run_main(program: Path) -> None:
    """Runs ``__main__.py`` of the folder ``program``. Raises ``ConfigError`` if there is none."""
    if not (program / "__main__.py").is_file():
        raise ConfigError(f"{program / '__main__.py'} does not exist: a Pulumi program in Python begins there.")
    runpy.run_path(str(program / "__main__.py"), run_name="__main__")


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """With a garbage collector that looks seldom: what a program imports and declares is much, and most of it stays."""
    threshold = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)


@contextlib.contextmanager
def as_language_host(program: Path) -> Iterator[None]:
    """In the program's folder, which is first on the import path.

    The program's own modules are forgotten afterwards, so that the next run reads them again. Modules that were imported
    before, such as those that a test itself uses, stay as they are.
    """
    folder = program.resolve()
    before = set(sys.modules)
    importlib.invalidate_caches()  # a file may be new
    sys.path.insert(0, str(folder))
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if _belongs_to(folder, name):
                _forget(name)


def _belongs_to(folder: Path, name: str) -> bool:
    """Whether the module ``name`` is the program's own. A generated SDK is not: Pulumi registers its types only once."""
    path = _location(sys.modules[name])
    if path is None or not path.is_relative_to(folder) or not _OTHERS.isdisjoint(path.relative_to(folder).parts):
        return False
    package = _location(sys.modules.get(name.partition(".")[0]))
    return package is None or not package.with_name("pulumi-plugin.json").exists()


def _location(module: ModuleType | None) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None


def _forget(name: str) -> None:
    """Also in its package, which may have been there before.

    Bytecode counts as current while the second and the size of its source stay the same. So bytecode that was written in
    the second of its source's last change would hide an edit in that second: it goes as well.
    """
    package, _, child = name.rpartition(".")
    if package in sys.modules:
        vars(sys.modules[package]).pop(child, None)
    spec = sys.modules.pop(name).__spec__
    if spec and spec.origin and spec.cached:
        with contextlib.suppress(OSError):
            if int(Path(spec.origin).stat().st_mtime) >= int(Path(spec.cached).stat().st_mtime):
                Path(spec.cached).unlink()
