"""The pages of the reference are what the code says of itself."""

import re
from pathlib import Path

import pytest

from components.plugin import COMPONENTS
from docs.generate_reference import PAGES
from docs.schema import page_name, resource


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_is_current(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page](), "run `make reference`, and look at the difference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_is_described(page: Path) -> None:
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert len(rows) > {"reference.md": 120, "python-reference.md": 40, "command-line.md": 15}.get(page.name, 0)
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_input_of_a_component_has_a_heading_a_type_and_a_description() -> None:
    for component in COMPONENTS:
        text = next(page for page in PAGES if page.name == page_name(component.__name__)).read_text(encoding="utf-8")
        sections = text.partition("## Inputs")[2].partition("## Outputs")[0].split("### ")[1:]
        assert len(sections) == len(resource(component.__name__)["inputProperties"])
        for section in sections:
            assert re.match(
                r"`\w+`\n\n\*\*Type\*\* .+ · (\*\*required\*\*|\*\*Default\*\* .+)\n\n\w?.+\n\n```", section
            ), section
