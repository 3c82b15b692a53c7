"""The notes of a release are its section of the changelog: ``python -m release.notes v1.2.3``."""

import argparse
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DATED = re.compile(r"\[?([^\]\s]+)\]? - (\d{4}-\d\d-\d\d)")
_PARAGRAPH = re.compile(r"(?<!\n)\n(?=\S)(?![-#])|\n(?= +(?!-)\S)")


class NotReady(Exception):
    """What is tagged is not what the repository says that it is."""


def release_notes(tag: str, version: str, changelog: str) -> str:
    """The notes of ``version``, whose tag is ``tag``, in Markdown: each item on one line, since GitHub keeps line breaks there.

    Raises ``NotReady`` if the tag is not the version's, if the changelog has no dated section of the version, if that is empty,
    or if something is still listed as unreleased.
    """
    if tag != f"v{version}":
        raise NotReady(f"the tag is {tag}, and pyproject.toml has version {version}: the tag must be v{version}")
    sections = {title: text.strip() for title, text in _SECTION.findall(changelog)}
    if sections.get("Unreleased"):
        raise NotReady("CHANGELOG.md: the section Unreleased has entries: rename it to the version and its date")
    dated = {found[1]: title for title in sections if (found := _DATED.fullmatch(title))}
    if version not in dated:
        raise NotReady(f"CHANGELOG.md: no section of {version}: write its title as ## {version} - YYYY-MM-DD")
    notes = sections[dated[version]]
    if not notes:
        raise NotReady(f"CHANGELOG.md: the section of {version} is empty")
    return f"{_unwrapped(notes)}\n"


def _unwrapped(text: str) -> str:
    return re.sub(r" +", " ", _PARAGRAPH.sub(" ", text))


def main() -> None:
    """Print the notes of the tag that is the argument; the exit code is 1 if it must not be released."""
    parser = argparse.ArgumentParser(prog="python -m release.notes", description="print the notes of a release")
    parser.add_argument("tag", help="the tag of the release, such as v1.2.3")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    try:
        notes = release_notes(parser.parse_args().tag, version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    except NotReady as reason:
        raise SystemExit(f"not released: {reason}") from None
    print(notes, end="")


if __name__ == "__main__":
    main()
