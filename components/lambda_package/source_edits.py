"""Edits of Python source at the places of its syntax tree, so that all else stays as it was written."""

import ast
from collections.abc import Iterator
from typing import cast

Span = tuple[int, int]
"""Where a part begins and where it ends, in bytes."""


class Edits:
    """The edits of ``source``, made in the statements whose text is asked for."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._edits: dict[Span, bytes] = {}

    def replace(self, node: ast.stmt, text: bytes) -> None:
        """Write ``text``, which is one line, in place of ``node``."""
        self._edits[self._span(node)] = text

    def indented(self, item: ast.stmt) -> bytes:
        """The text of ``item``, a statement at the top level, one level deeper, without docstrings and annotations."""
        decorators = item.decorator_list if isinstance(item, ast.FunctionDef | ast.ClassDef) else []
        first, last = min([item.lineno, *(node.lineno for node in decorators)]), cast("int", item.end_lineno)
        edits = {**self._edits, **dict(self._without_texts(item)), **dict(self._without_annotations(item))}
        inside = self._inside_texts(item)
        for line in range(first - 1, last):
            if line not in inside:
                edits[self._lines[line], self._lines[line]] = b"    "
        parts, position, end = [], self._lines[first - 1], self._span(item)[1]
        for (start, stop), text in sorted(edits.items()):
            if position <= start and stop <= end:
                parts += [self._source[position:start], text]
                position = stop
        text = b"".join((*parts, self._source[position:end]))
        return b"".join(line for line in text.splitlines(keepends=True) if line.strip()) + b"\n"

    def _without_texts(self, item: ast.stmt) -> Iterator[tuple[Span, bytes]]:
        for node in ast.walk(item):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                texts = [part for part in node.body if is_text(part)]
                for number, part in enumerate(texts):
                    alone = len(texts) == len(node.body) and number == 0
                    yield self._span(part), b"pass" if alone else b""

    def _without_annotations(self, item: ast.stmt) -> Iterator[tuple[Span, bytes]]:
        """Those of functions: of their parameters, their results, and variables with a value."""
        for node in ast.walk(item):
            if isinstance(node, ast.arg) and node.annotation:
                start = self._lines[node.lineno - 1] + node.col_offset + len(node.arg.encode())
                yield (start, self._span(node.annotation)[1]), b""
            elif isinstance(node, ast.FunctionDef):
                if node.returns:
                    start, stop = self._span(node.returns)
                    yield (len(self._source[: self._source.rindex(b"->", 0, start)].rstrip()), stop), b""
                for part in ast.walk(node):
                    if isinstance(part, ast.AnnAssign) and part.value:
                        yield (self._span(part.target)[1], self._span(part.annotation)[1]), b""

    def _inside_texts(self, item: ast.stmt) -> set[int]:
        """The lines, from 0, that begin within a string: indenting them would change it."""
        return {
            line
            for node in ast.walk(item)
            if isinstance(node, ast.JoinedStr | ast.Constant)
            for line in range(node.lineno, cast("int", node.end_lineno))
        }

    def _span(self, node: ast.stmt | ast.expr) -> Span:
        end = self._lines[cast("int", node.end_lineno) - 1] + cast("int", node.end_col_offset)
        return self._lines[node.lineno - 1] + node.col_offset, end


def evaluated(item: ast.AST) -> Iterator[ast.AST]:
    """``item`` and the nodes below it, except annotations."""
    yield item
    for field, value in ast.iter_fields(item):
        if field not in ("annotation", "returns"):
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, ast.AST):
                    yield from evaluated(node)


def is_text(item: ast.stmt) -> bool:
    """Whether it is a docstring, or another text that does nothing."""
    return isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) and isinstance(item.value.value, str)
