"""The site's sources; ``tests/browser`` opens the built pages."""

import re
from pathlib import Path

import pytest

from docs.site.broken_links import broken_links
from docs.site.build import ASSETS, SETTINGS, nav_sections
from docs.site.llms import llms_txt
from docs.site.pages import ROOT, Page, Sources, pages

PAGES = pages()


def _markdown(tmp_path: Path, text: str, repository: str | None = None) -> str:
    """What becomes of a document in ``docs/``, which need not be there."""
    document = tmp_path / "page.md"
    document.write_text(text.replace("DOCS", str(ROOT / "docs")))
    return Sources(PAGES, repository).markdown(Page(document, "page.md"))


def test_every_page_is_in_the_navigation_once() -> None:
    listed = [path for paths in nav_sections().values() for path in paths]

    assert sorted(listed) == sorted(page.path for page in PAGES)


def test_every_page_has_a_title_and_most_have_a_summary() -> None:
    lines = llms_txt(nav_sections(), {page.path: page for page in PAGES}).splitlines()

    assert lines[0] == "# kms-jwt"
    assert sum(line.startswith("- [") for line in lines) == len(PAGES)
    assert (
        "- [Getting started](getting-started.md): Ten minutes from a clone of this repository to a protected API of your own."
        in lines
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_link_of_a_page_can_be_followed(page: Page) -> None:
    assert Sources(PAGES, "https://repository.example/blob/main").markdown(page)


def test_what_the_settings_name_is_there() -> None:
    named = set(re.findall(r'"assets/([^"]+)"', SETTINGS.read_text(encoding="utf-8")))

    assert named == {path.name for path in ASSETS if path.is_file()}


def test_a_fence_keeps_its_language_and_a_file_name_becomes_its_title(tmp_path: Path) -> None:
    text = _markdown(tmp_path, "```python test\nx = [1](2)\n```\n\n```yaml Pulumi.yaml\na: 1\n```\n")

    assert text == '```python\nx = [1](2)\n```\n\n```yaml title="Pulumi.yaml"\na: 1\n```\n'


def test_what_is_in_a_list_is_indented_as_python_markdown_wants(tmp_path: Path) -> None:
    text = _markdown(tmp_path, "1. one\n   more\n\n   ```sh\n   x\n     y\n   ```\n")

    assert text == "1. one\n    more\n\n    ```sh\n    x\n      y\n    ```\n"


def test_links_lead_to_pages_assets_and_the_repository(tmp_path: Path) -> None:
    source = (
        "[a](DOCS/faq.md#x) ![b](DOCS/../bench/results/warm.svg) [c](DOCS/../Makefile) [d](DOCS/../examples/scopes/)"
    )

    assert _markdown(tmp_path, source, "https://repository.example/blob/main") == (
        "[a](faq.md#x) ![b](assets/warm.svg) [c](https://repository.example/blob/main/Makefile) [d](examples/scopes.md)"
    )
    assert "![b](assets/warm.svg) c [d]" in _markdown(tmp_path, source)
    with pytest.raises(FileNotFoundError):
        _markdown(tmp_path, "[gone](DOCS/gone.md)")


def test_a_page_with_a_diagram_brings_the_script_that_draws_it(tmp_path: Path) -> None:
    assert '<script src="assets/mermaid.min.js"></script>' in _markdown(tmp_path, "```mermaid\nflowchart LR\n```\n")
    assert "<script" not in _markdown(tmp_path, "```sh\nx\n```\n")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<a href="other.html#there">', None),
        ('<a href="https://example.com/">', None),
        ('<a href="#here"><p id="here">', None),
        ('<a href="gone.html">', "gone.html: not there"),
        ('<a href="other.html#gone">', "other.html#gone: no such heading"),
        ('<a href="#gone">', "#gone: no such heading"),
        ('<img src="gone.png">', "gone.png: not there"),
        ('<script src="https://cdn.example/x.js">', "loads https://cdn.example/x.js"),
        ('<link rel="stylesheet" href="//fonts.example/x.css">', "loads //fonts.example/x.css"),
        ("<article>alias/<name>", "<name> is HTML: write it as code"),
        ("<article><script>alert(1)</script>", "<script> is HTML: write it as code"),
        ("<article><p onclick='x()'>", "<p> is HTML: write it as code"),
        ("<article><p>alias/&lt;name></article><script>theme()</script>", None),
    ],
)
def test_what_a_reader_would_miss_and_what_is_loaded_from_elsewhere_is_found(
    tmp_path: Path, body: str, found: str | None
) -> None:
    (tmp_path / "page.html").write_text(body)
    (tmp_path / "other.html").write_text('<h2 id="there">')

    assert list(broken_links(tmp_path)) == ([f"page.html: {found}"] if found else [])
