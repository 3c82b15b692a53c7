"""Edits of Python source at the places of its syntax tree, so that all else stays as it was written."""

import ast
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import cast

Span = tuple[int, int]
"""Where a part begins and where it ends, in bytes."""


class Edits:
    """The edits of ``source``, made in the statements whose text is asked for."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._lines = list(accumulate(map(len, source.splitlines(keepends=True)), initial=0))

    def indented(self, item: ast.stmt, replacement: Callable[[ast.stmt], bytes | None]) -> bytes:
        """The text of ``item``, a statement at the top level, one level deeper, without docstrings and annotations.

        ``replacement`` says which line is written in place of a statement in it, if another.
        """
        decorators = item.decorator_list if isinstance(item, ast.FunctionDef | ast.ClassDef) else []
        first, last = min([item.lineno, *(node.lineno for node in decorators)]), cast("int", item.end_lineno)
        nodes = list(ast.walk(item))
        edits = {self._span(node): text for node in nodes if isinstance(node, ast.stmt) and (text := replacement(node))}
        edits |= {**dict(self._without_texts(nodes)), **dict(self._without_annotations(nodes))}
        inside = _inside_texts(nodes)
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

    def _without_texts(self, nodes: list[ast.AST]) -> Iterator[tuple[Span, bytes]]:
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                texts = [part for part in node.body if is_text(part)]
                for number, part in enumerate(texts):
                    alone = len(texts) == len(node.body) and number == 0
                    yield self._span(part), b"pass" if alone else b""

    def _without_annotations(self, nodes: list[ast.AST]) -> Iterator[tuple[Span, bytes]]:
        """Those of functions: of their parameters, their results, and variables with a value."""
        for node in nodes:
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

    def _span(self, node: ast.stmt | ast.expr) -> Span:
        end = self._lines[cast("int", node.end_lineno) - 1] + cast("int", node.end_col_offset)
        return self._lines[node.lineno - 1] + node.col_offset, end


def _inside_texts(nodes: list[ast.AST]) -> set[int]:
    """The lines, from 0, that begin within a string: indenting them would change it."""
    return {
        line
        for node in nodes
        if isinstance(node, ast.JoinedStr | ast.Constant)
        for line in range(node.lineno, cast("int", node.end_lineno))
    }


def evaluated(item: ast.AST) -> Iterator[ast.AST]:
    """``item`` and the nodes below it, except annotations."""
    nodes = [item]
    for node in nodes:  # which grows
        yield node
        for field in node._fields:
            if field not in ("annotation", "returns"):
                value = getattr(node, field, None)
                if isinstance(value, ast.AST):
                    nodes.append(value)
                elif isinstance(value, list):
                    nodes += [part for part in value if isinstance(part, ast.AST)]


def is_text(item: ast.stmt) -> bool:
    """Whether it is a docstring, or another text that does nothing."""
    return isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) and isinstance(item.value.value, str)
