"""The source of one module that is merged with others, and what is taken of it."""

import ast
from collections.abc import Iterator, Sequence

from .source_edits import Edits, evaluated, is_text


class ModuleSource:
    """The module ``name``, whose source at ``path`` of the package is ``source``."""

    def __init__(self, name: str, path: str, source: bytes) -> None:
        self.name = name
        self.path = path
        self._package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
        self._edits = Edits(source)
        self.body = [item for item in ast.parse(source).body if not _does_nothing(item)]
        """The statements at its top level, without those for type checkers only."""
        self.taken: set[ast.stmt] = set()
        """Those that are taken. Of an import, only the names in ``names``."""
        self.names: set[str] = set()
        self.bound: dict[str, list[ast.stmt]] = {}
        """By name, the statements that bind it."""
        for item in self.body:
            for name in bound_names(item):
                self.bound.setdefault(name, []).append(item)

    def imported_from(self, item: ast.ImportFrom) -> str:
        """The absolute name of the module that ``item`` imports from."""
        if not item.level:
            return item.module or ""
        package = self._package.rsplit(".", item.level - 1)[0]
        return f"{package}.{item.module}" if item.module else package

    def aliases(self, item: ast.Import | ast.ImportFrom) -> list[ast.alias]:
        """Those of the names in ``item`` that are taken."""
        return [alias for alias in item.names if _name(alias) in self.names]

    def submodules(self, name: str) -> Iterator[str]:
        """What ``name`` is, if it was imported from a package: one of its modules, or something in it."""
        for item in self.bound.get(name, ()):
            if isinstance(item, ast.ImportFrom):
                yield from (f"{self.imported_from(item)}.{alias.name}" for alias in item.names if _name(alias) == name)

    def text(self) -> bytes:
        """What is taken of it, as the body of a function."""
        return b"".join(self._statement(item) for item in self.body if item in self.taken)

    def _statement(self, item: ast.stmt) -> bytes:
        if isinstance(item, ast.Import | ast.ImportFrom):
            return b"    " + self._import(item, self.aliases(item)) + b"\n"
        return self._edits.indented(item, self._absolute)

    def _absolute(self, item: ast.stmt) -> bytes | None:
        return self._import(item, item.names) if isinstance(item, ast.ImportFrom) and item.level else None

    def _import(self, item: ast.Import | ast.ImportFrom, aliases: Sequence[ast.alias]) -> bytes:
        names = ", ".join(f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in aliases)
        beginning = f"from {self.imported_from(item)} " if isinstance(item, ast.ImportFrom) else ""
        return f"{beginning}import {names}".encode()


def bound_names(item: ast.stmt) -> set[str]:
    """The names that ``item``, at the top level of a module, binds."""
    if isinstance(item, ast.Import | ast.ImportFrom):
        return {_name(alias) for alias in item.names}
    if isinstance(item, ast.FunctionDef | ast.ClassDef):
        return {item.name}
    return {node.id for node in ast.walk(item) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def used_names(item: ast.stmt) -> set[str]:
    """The names that ``item`` uses."""
    return {node.id for node in evaluated(item) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def used_attributes(item: ast.stmt) -> set[tuple[str, str]]:
    """The attributes that ``item`` uses of a name, each with that name."""
    return {
        (node.value.id, node.attr)
        for node in evaluated(item)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def _name(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def _does_nothing(item: ast.stmt) -> bool:
    if isinstance(item, ast.If):
        return "TYPE_CHECKING" in ast.unparse(item.test)
    return is_text(item) or (isinstance(item, ast.ImportFrom) and item.module == "__future__")
