"""One module in place of those that a function imports at init, merged into the module of its handler.

At a cold start, finding forty modules and creating all that they offer takes longer than the work itself. The merged module is
text, made from the sources in the package by rules that a reader can check, and nothing is run for it. The sources stay in the
package beside it, and are what runs where the merged module does not suffice.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .module_source import ModuleSource, bound_names, used_attributes, used_names

PLAIN = "plain_handler"
"""The name, in the package, of the handler's module as it was written."""

MERGED = "_merged"
"""The end of the name of a module with what only one of the modules that are imported later needs."""

_HEAD = '''"""Made by kms-jwt from the other sources in this package, which say what they do: do not edit, and read those."""

from __future__ import annotations
'''

_ADD = '''
import gc

gc.disable()

import sys
from importlib import import_module
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


class Later(NamedTuple):
    """A module that is imported after init's first imports, when the configuration is known."""

    module: str
    by_compiled_code: tuple[tuple[str, tuple[str, ...]], ...]
    """Modules of dependencies, with the names that compiled code looks up in them. Of a dependency's module, only these are
    taken, and those that merged code uses."""


class SingleModule(NamedTuple):
    """What is merged into one module."""

    handler: str
    """The module with the handler, in the package's own folder. All that it imports at its top level is merged."""
    default: Later
    """What the default configuration imports later. It is merged as well."""
    others: tuple[Later, ...]
    """What other configurations import later. What only one of these needs is merged into a module of its own."""
    condition: str
    """A module that imports nothing of the package, with a function ``needed(config_path)``: the names of the modules in
    ``others`` that the configuration needs, or ``None`` if more is needed than these: then the plain sources run."""


def write_single_module(folder: Path, single: SingleModule) -> None:
    """Write the merged module of ``single`` in place of its handler, which becomes ``PLAIN``, to the package in ``folder``.

    Raises ``ValueError`` for modules that import each other.
    """
    texts = _merged(folder, single)
    handler = _file(folder, single.handler)
    handler.rename(handler.with_name(f"{PLAIN}.py"))
    for name, text in texts.items():
        _file(folder, name).write_bytes(text.encode())


def _file(folder: Path, module: str) -> Path:
    return folder / f"{module.replace('.', '/')}.py"


def _merged(folder: Path, single: SingleModule) -> dict[str, str]:
    """The name and the text of each module to write."""
    merging = _Merging(folder, single.handler.partition(".")[0])
    laters = (single.default, *single.others)
    for name in (single.condition, *(later.module for later in laters), single.handler):
        merging.take_all(name)
    for later in laters:
        for name, looked_up in later.by_compiled_code:
            for member in looked_up:
                merging.take(name, member)
    needed = {
        later: merging.in_order([*(name for name, _ in later.by_compiled_code), later.module]) for later in laters
    }
    uses = Counter(module.name for modules in needed.values() for module in modules)
    shared = [module.name for module in needed[single.default]] + [name for name, count in uses.items() if count > 1]
    first = merging.in_order([single.condition, *shared, single.handler])
    texts = {single.handler: _handler(single.condition, first)}
    for later in single.others:
        own = [module for module in needed[later] if module not in first]
        texts[f"{later.module}{MERGED}"] = f"{_HEAD}{_functions(own)}\n\n{_table(own)}"
    return texts


def _handler(condition: str, modules: Sequence[ModuleSource]) -> str:
    return f"""{_HEAD}{_ADD}{_functions(modules)}

{_table(modules[:-1])}
_add(*MODULES[0])
_needed = sys.modules[{condition!r}].needed(f"{{_root}}/config.json")
if _needed is None:
    from .{PLAIN} import handler
else:
    for _module in MODULES[1:]:
        _add(*_module)
    for _name in sorted(_needed):
        for _module in import_module(f"{{_name}}{MERGED}").MODULES:
            _add(*_module)
    globals().update(_{len(modules) - 1}())
"""


def _functions(modules: Sequence[ModuleSource]) -> str:
    return "".join(
        f"\n\ndef _{number}():\n{module.text().decode()}    return locals()\n" for number, module in enumerate(modules)
    )


def _table(modules: Sequence[ModuleSource]) -> str:
    rows = "".join(f"    ({module.name!r}, {module.path!r}, _{number}),\n" for number, module in enumerate(modules))
    return f"MODULES = (\n{rows})\n"


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

    def in_order(self, names: Sequence[str]) -> list[ModuleSource]:
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
