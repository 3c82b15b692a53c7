"""Links of the built site that lead nowhere, what would be loaded from elsewhere, and text that has become HTML."""

import re
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
_ELEMENTS = re.compile(
    "a|article|blockquote|body|br|button|circle|code|div|em|footer|form|h[1-6]|head|header|hr|html|img|input|label|li|link|main|meta"
    "|nav|ol|p|path|pre|rect|script|span|strong|svg|table|tbody|td|th|thead|title|tr|ul"
)
"""Those of the theme and of Markdown. Others were text, such as ``<name>``, which nobody sees."""
_RELATIONS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch"}


class _Document(HTMLParser):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.strange: list[str] = []
        self._in_text = False

    @cached_property
    def read(self) -> "_Document":
        self.feed(self._file.read_text(encoding="utf-8"))
        return self

    def handle_endtag(self, tag: str) -> None:
        self._in_text = self._in_text and tag != "article"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attributes if value}
        self._in_text = self._in_text or tag == "article"
        runs = (tag == "script" and "src" not in values) or any(name.startswith("on") for name in values)
        if not _ELEMENTS.fullmatch(tag) or (self._in_text and runs):
            self.strange.append(tag)
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if (link := values.get(_LOADING.get(tag, ""))) and (tag != "link" or _RELATIONS & set(values["rel"].split())):
            self.loaded.append(link)


def broken_links(folder: Path) -> Iterator[str]:
    """Each as a line with its page; ``404.html`` is left out, whose links are those of the root."""
    documents = {file: _Document(file) for file in sorted(folder.rglob("*.html")) if file.name != "404.html"}
    for file, document in documents.items():
        place = file.relative_to(folder).as_posix()
        for link in document.read.loaded:
            if urlsplit(link).netloc:
                yield f"{place}: loads {link}"
            elif not (file.parent / unquote(urlsplit(link).path)).exists():
                yield f"{place}: {link}: not there"
        for tag in document.read.strange:
            yield f"{place}: <{tag}> is HTML: write it as code"
        for link in document.read.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                yield f"{place}: {link}: not there"
            elif parts.fragment and target in documents and unquote(parts.fragment) not in documents[target].read.ids:
                yield f"{place}: {link}: no such heading"
