"""The pages of the site, from the Markdown that GitHub shows: what differs is changed here, not in the documents.

Python-Markdown takes a fence's info string for one language, indents what is in a list by four spaces, and knows nothing of the
files around ``docs/``: links to those lead into the repository, or are text where its address is not known.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MERMAID = "assets/mermaid.min.js"

_RENAMED = {
    "README.md": "index.md",
    "docs/README.md": "overview.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
}
_FENCE = re.compile(r"^( *)```(.*?)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_TABS = re.compile(r"(?:^\*\*\w+\*\*\n\n```.*?^```\n\n?){2,}", re.MULTILINE | re.DOTALL)
_TAB = re.compile(r"^\*\*(\w+)\*\*\n\n(```.*?^```)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """A document, and its place in the site."""

    source: Path
    path: str
    """Relative to the site's sources, such as ``issuers.md``."""

    @property
    def text(self) -> str:
        return self.source.read_text(encoding="utf-8")

    @property
    def title(self) -> str:
        return (re.search(r"^# (.*)$", self.text, re.MULTILINE) or ["", self.path])[1]

    @property
    def summary(self) -> str:
        """The first sentence, without links; empty where the page begins with something else."""
        prose = [block for block in self.text.split("\n\n") if re.match(r"[\w`*\[]", block)]
        text = " ".join(_LINK.sub(r"\2", prose[0] if prose else "").replace("**", "").split())
        return re.split(r"(?<=[.:]) ", text)[0].rstrip(":")


def pages() -> list[Page]:
    """All of them, each once: the documents, and the README of each example. What begins with front matter is for others, such
    as the Pulumi Registry."""
    sources = [ROOT / name for name in _RENAMED]
    documents = [source for source in sorted((ROOT / "docs").rglob("*.md")) if source not in sources]
    sources += [source for source in documents if not source.read_text(encoding="utf-8").startswith("---\n")]
    sources += sorted((ROOT / "examples").glob("*/README.md"))
    return [Page(source, _place(source)) for source in sources]


def _place(source: Path) -> str:
    name = source.relative_to(ROOT).as_posix()
    if name.startswith("examples/"):
        return f"examples/{source.parent.name}.md"
    return _RENAMED.get(name, name.removeprefix("docs/"))


class Sources:
    """The pages as Zensical reads them.

    ``repository`` is the address of the files that are no pages, such as ``https://github.com/<owner>/<name>/blob/main``.
    """

    def __init__(self, all_pages: list[Page], repository: str | None) -> None:
        self.assets: dict[str, Path] = {}
        """The images of the pages converted so far, by their place in the site."""
        self._repository = repository
        self._places = {page.source: page.path for page in all_pages}

    def markdown(self, page: Page) -> str:
        """The page's text. Raises ``FileNotFoundError`` for a link to a file that is not there."""
        text = "".join(self._parts(page))
        if "```mermaid" not in text:
            return text
        # The theme would load it from elsewhere. Only pages with a diagram pay for its megabytes.
        return f'{text}\n<script src="{_up(page)}{MERMAID}"></script>\n'

    def _parts(self, page: Page) -> Iterator[str]:
        text, end = _TABS.sub(_tabs, page.text), 0
        for fence in _FENCE.finditer(text):
            yield self._prose(page, text[end : fence.start()])
            yield _fence(fence)
            end = fence.end()
        yield self._prose(page, text[end:])

    def _prose(self, page: Page, text: str) -> str:
        text = re.sub(r"^ {2,3}(?=\S)", "    ", text, flags=re.MULTILINE)
        return _LINK.sub(lambda link: self._link(page, *link.groups()), text)

    def _link(self, page: Page, image: str, label: str, target: str) -> str:
        label = self._prose(page, label)
        path, hash_, anchor = target.partition("#")
        if not path or re.match(r"[a-z]+:", target):
            return f"{image}[{label}]({target})"
        file = (page.source.parent / path).resolve(strict=True)
        if image:
            place = f"assets/{file.name}"
            self.assets[place] = file
            return f"![{label}]({_up(page)}{place})"
        place = self._places.get(file / "README.md" if file.is_dir() else file, "")
        if place:
            return f"[{label}]({_up(page)}{place}{hash_}{anchor})"
        return f"[{label}]({self._repository}/{file.relative_to(ROOT).as_posix()})" if self._repository else label


def _up(page: Page) -> str:
    return "../" * page.path.count("/")


def _tabs(labelled: re.Match[str]) -> str:
    """A tab for each of several blocks that follow one another, each below the name of its language."""
    return _TAB.sub(lambda tab: f'=== "{tab[1]}"\n\n{textwrap.indent(tab[2], "    ")}', labelled[0])


def _fence(fence: re.Match[str]) -> str:
    """The fence without what only the tests read from its info string; a file's name becomes the title."""
    indent, info, body = fence.groups()
    language, _, kind = info.partition(" ")
    title = f' title="{kind}"' if "." in kind else ""
    deeper = " " * (-len(indent) % 4)
    return re.sub(r"^(?=.)", deeper, f"{indent}```{language}{title}\n{body}{indent}```", flags=re.MULTILINE)
