"""Links of the built site that lead nowhere, and what would be loaded from elsewhere."""

from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
_RELATIONS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch"}


class _Document(HTMLParser):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    @cached_property
    def read(self) -> "_Document":
        self.feed(self._file.read_text(encoding="utf-8"))
        return self

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attributes if value}
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
