"""The pages of the reference are what the code says of itself."""

from pathlib import Path

import pytest

from docs.generate_reference import PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_is_current(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page](), "run `make reference`, and look at the difference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_is_described(page: Path) -> None:
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert len(rows) > {"reference.md": 120, "python-reference.md": 40, "command-line.md": 15}[page.name]
    assert [row for row in rows if row.endswith("|  |")] == []
