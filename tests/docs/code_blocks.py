"""The fenced code blocks of the documentation.

The info string is a language and, after a space, what the block is. ``python`` is a whole program, and is run; ``python
fragment`` is compiled, and its imports are resolved; ``python test`` is run by pytest; ``yaml`` is a stack's configuration,
``yaml api`` that of one API; a file's name says which file it is.
"""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
REGISTRY_PAGES = [ROOT / "docs" / "_index.md", ROOT / "docs" / "installation-configuration.md"]
"""Written for the Pulumi Registry, which copies them, and checked by ``test_registry.py``."""

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(set((ROOT / "docs").rglob("*.md")) - set(REGISTRY_PAGES)),
    *sorted((ROOT / "examples").glob("*/README.md")),
    *sorted((ROOT / "templates").glob("*/README.md")),
]

_FENCE = re.compile(r"^( *)```(.*?)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A code block and where it stands."""

    place: str
    language: str
    kind: str
    text: str


def blocks(document: Path) -> list[Block]:
    """The blocks of ``document``, in order. Raises ``ValueError`` for a fence without an end."""
    text = document.read_text()
    found = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        language, _, kind = match[2].partition(" ")
        found.append(
            Block(f"{document.relative_to(ROOT).as_posix()}:{line}", language, kind, textwrap.dedent(match[3]))
        )
    if 2 * len(found) != len(re.findall(r"^ *```", text, re.MULTILINE)):
        raise ValueError(f"{document}: a code block has no end, or an end of its own")
    return found


BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
