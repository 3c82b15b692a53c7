"""One module in place of those that a function imports at init, merged into the module of its handler.

At a cold start, finding forty modules and creating all that they offer takes longer than the work itself. The merged module is
text, made from the sources in the package by rules that a reader can check, and nothing is run for it. The sources stay in the
package beside it, and are what runs where the merged module does not suffice.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .module_source import ModuleSource, bound_names, used_attributes, used_names

PLAIN = "plain_handler"
"""The name, in the package, of the handler's module as it was written."""

_HEAD = '''"""Made by kms-jwt from the other sources in this package, which say what they do: do not edit, and read those."""

from __future__ import annotations

import gc

gc.disable()

import sys
from os.path import dirname

_Module, _root = type(sys), dirname(dirname(__file__))


def _add(name, path, body):
    """Import the module ``name``, whose source is at ``path``, by running ``body``, which is its text."""
    module = _Module(name)
    module.__file__ = f"{_root}/{path}"
    package = name.rpartition(".")[0]
    module.__package__ = package
    if path.endswith("/__init__.py"):
        module.__package__, module.__path__ = name, [dirname(module.__file__)]
    sys.modules[name] = module
    module.__dict__.update(body())
    if package:
        setattr(sys.modules[package], name.rpartition(".")[2], module)
'''


class SingleModule(NamedTuple):
    """What is merged into one module."""

    handler: str
    """The module with the handler, in the package's own folder. All that it imports at its top level is merged."""
    condition: str
    """A module that imports nothing of the package, with a function ``suffices(config_path)``: whether the merged modules are
    all that is needed. Otherwise nothing is merged: the plain sources run."""
    later: tuple[str, ...]
    """Modules that are imported later, and are merged as well."""
    by_compiled_code: tuple[tuple[str, tuple[str, ...]], ...]
    """Modules of dependencies, with the names that compiled code looks up in them. Of a dependency's module, only these are
    taken, and those that merged code uses."""


def write_single_module(folder: Path, single: SingleModule) -> None:
    """Write the merged module of ``single`` in place of its handler, which becomes ``PLAIN``, to the package in ``folder``.

    Raises ``ValueError`` for modules that import each other.
    """
    source = _merged(folder, single)
    handler = folder / f"{single.handler.replace('.', '/')}.py"
    handler.rename(handler.with_name(f"{PLAIN}.py"))
    handler.write_bytes(source)


def _merged(folder: Path, single: SingleModule) -> bytes:
    merging = _Merging(folder, single.handler.partition(".")[0])
    for name in (single.condition, *single.later, single.handler):
        merging.take_all(name)
    for name, looked_up in single.by_compiled_code:
        for member in looked_up:
            merging.take(name, member)
    names = (single.condition, *single.later, *(name for name, _ in single.by_compiled_code), single.handler)
    modules = merging.in_order(names)
    parts, steps = [_HEAD], []
    for number, module in enumerate(modules):
        parts.append(f"def _{number}():\n{module.text().decode()}    return locals()\n")
        steps.append(f"_add({module.name!r}, {module.path!r}, _{number})")
    condition, (*others, _) = steps[0], steps[1:]
    parts.append(f'{condition}\nif sys.modules[{single.condition!r}].suffices(f"{{_root}}/config.json"):\n')
    parts[-1] += "".join(f"    {step}\n" for step in (*others, f"globals().update(_{len(steps) - 1}())"))
    parts[-1] += f"else:\n    from .{PLAIN} import handler\n"
    return "\n\n".join(parts).encode()


class _Merging:
    """Finds what is taken of which module. Modules of the package ``own`` are taken whole."""

    def __init__(self, folder: Path, own: str) -> None:
        self._folder = folder
        self._own = own
        self._sources: dict[str, ModuleSource | None] = {}

    def take_all(self, name: str) -> None:
        """Take all of the module ``name``."""
        if source := self._source(name):
            for item in source.body:
                self._take(source, item, bound_names(item))

    def take(self, module: str, name: str) -> None:
        """Take ``name`` of ``module``, if that has a source."""
        source = self._source(module)
        if source is None:
            return
        for item in source.bound.get(name, ()):
            self._take(source, item, {name})
        for item in source.body:  # such as the registration of a class, if the class is taken
            if isinstance(item, ast.Expr) and used_names(item) & source.bound.keys() <= source.names:
                self._take(source, item, set())

    def in_order(self, names: tuple[str, ...]) -> list[ModuleSource]:
        """The modules ``names`` and all that they import, each after those that it imports."""
        found: dict[str, ModuleSource] = {}
        for name in names:
            self._visit(name, found, ())
        return list(found.values())

    def _visit(self, name: str, found: dict[str, ModuleSource], above: tuple[str, ...]) -> None:
        source = self._source(name)
        if source is None or name in found or name == self._own:
            return
        if name in above:
            raise ValueError(f"{' -> '.join((*above, name))}: these modules import each other")
        for other in (name.rpartition(".")[0], *self._imports(source)):
            self._visit(other, found, (*above, name))
        found[name] = source

    def _imports(self, source: ModuleSource) -> Iterator[str]:
        for item in source.body:
            if item in source.taken and isinstance(item, ast.ImportFrom):
                for alias in source.aliases(item):
                    below = f"{source.imported_from(item)}.{alias.name}"
                    yield below if self._source(below) else source.imported_from(item)

    def _take(self, source: ModuleSource, item: ast.stmt, names: set[str]) -> None:
        if item in source.taken and names <= source.names:
            return
        source.taken.add(item)
        source.names |= names
        if isinstance(item, ast.ImportFrom):
            for alias in source.aliases(item):
                module, below = source.imported_from(item), f"{source.imported_from(item)}.{alias.name}"
                own = [name for name in (module, below) if name.startswith(f"{self._own}.")]
                for name in own:
                    self.take_all(name)
                if not own:
                    self.take(module, alias.name)
        for name in used_names(item) & source.bound.keys():
            self.take(source.name, name)
        for name, attribute in used_attributes(item):
            for module in source.submodules(name):
                self.take(module, attribute)

    def _source(self, name: str) -> ModuleSource | None:
        if name not in self._sources:
            below = name.replace(".", "/")
            paths = (path for path in (f"{below}.py", f"{below}/__init__.py") if (self._folder / path).is_file())
            path = next(paths, None)
            self._sources[name] = ModuleSource(name, path, (self._folder / path).read_bytes()) if path else None
        return self._sources[name]
