"""Every row of the gateway's table in ``docs/emulator.md`` has tests, whose names begin as the page that they follow ends."""

import ast
import re

import pytest

from .code_blocks import ROOT

TESTS = ROOT / "tests/emulator/gateway"
_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def _rows() -> list[tuple[str, str, str]]:
    """Behaviour, page and file: one for each file."""
    text = (ROOT / "docs/emulator.md").read_text()
    table = text[text.index("| behaviour | page | tests |") :].partition("\n\n")[0]
    rows = [match.groups() for match in _ROW.finditer(table)][1:]
    return [(behaviour, page, file) for behaviour, page, files in rows for file in re.findall(r"`(\w+)`", files)]


def _tests(file: str) -> list[str]:
    tree = ast.parse((TESTS / f"test_{file}.py").read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(("behaviour", "page", "file"), _rows())
def test_a_row_of_the_table_has_tests(behaviour: str, page: str, file: str) -> None:
    words = re.findall(r"\w+", page.partition("`, `")[0].lower())
    begins = {"test_" + "_".join(words[start:]) for start in range(len(words))}

    assert [name for name in _tests(file) if name.startswith(tuple(begins))], (behaviour, begins)


def test_every_file_of_tests_that_follow_the_guide_is_in_the_table() -> None:
    following = [path for path in TESTS.glob("test_*.py") if "developer guide" in path.read_text()]

    assert {file for _, _, file in _rows()} == {path.stem.removeprefix("test_") for path in following}
