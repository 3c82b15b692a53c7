"""Links inside the repository lead somewhere, headings included."""

import re
from pathlib import Path

import pytest

from .code_blocks import DOCUMENTS, ROOT


def _targets(document: Path) -> list[str]:
    prose = re.sub(r"^ *```.*?^ *```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"[a-z]+:", target)]


def _anchors(document: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    for target in _targets(document):
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in _targets(ROOT / "README.md")}
    linked |= {
        (page.parent / target.partition("#")[0]).resolve()
        for page in linked
        if page.suffix == ".md" and page.exists()
        for target in _targets(page)
    }

    assert set((ROOT / "docs").rglob("*.md")) <= linked


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_whoever_installs_by_name_is_told_what_works_before_the_first_release(document: Path) -> None:
    """Until there is one, the name on the package index is not ours. The template is copied, and says so itself."""
    text = document.read_text()
    if re.search(r"pip install '?kms-jwt|`requirements\.txt`", text):
        linked = any(target.endswith("#installing-the-package") for target in _targets(document))
        assert linked or ("templates" in document.parts and "Before the first release" in text)
