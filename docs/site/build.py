"""Builds the documentation's site into ``build/site/html``: ``make docs``.

Nothing in it is loaded from elsewhere. `REPOSITORY` in the environment is the address of the repository's files, such as
``https://github.com/<owner>/<name>/blob/main``; without it, what leads there is text.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from cli.progress import Progress

from .broken_links import broken_links
from .llms import llms_txt
from .mermaid import NoMermaid, mermaid
from .pages import MERMAID, ROOT, Page, Sources, pages

SITE = ROOT / "build" / "site"
HTML = SITE / "html"
_HERE = Path(__file__).parent
SETTINGS = _HERE / "zensical.toml"
ASSETS = (_HERE / "style.css", _HERE / "tables.js", _HERE.parent / "logo.svg")
"""What the settings name in ``assets/``."""


def build(repository: str | None) -> list[str]:
    """Build it, and return what is wrong with it."""
    shutil.rmtree(SITE, ignore_errors=True)
    found, sections = pages(), nav_sections()
    listed = [path for paths in sections.values() for path in paths]
    if faults := [
        f"{path}: not in nav of {SETTINGS.name}" for path in {page.path for page in found}.difference(listed)
    ]:
        return faults

    texts = _write_sources(found, repository)
    zensical = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    done = subprocess.run(zensical, cwd=SITE, capture_output=True, text=True)
    if done.returncode:
        return [re.sub(r"\x1b\[[\d;]*m", "", done.stdout) or done.stderr]

    for path, text in texts.items():  # for readers that are programs: llms.txt leads there
        (HTML / path).parent.mkdir(parents=True, exist_ok=True)
        (HTML / path).write_text(text, encoding="utf-8")
    (HTML / "llms.txt").write_text(llms_txt(sections, {page.path: page for page in found}), encoding="utf-8")
    return list(broken_links(HTML))


def _write_sources(found: list[Page], repository: str | None) -> dict[str, str]:
    sources = Sources(found, repository)
    texts = {page.path: sources.markdown(page) for page in found}
    files = {**sources.assets, MERMAID: mermaid(ROOT / ".cache" / "mermaid")}
    files |= {f"assets/{path.name}": path for path in ASSETS}
    for path, text in texts.items():
        place = SITE / "sources" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for path, file in files.items():
        place = SITE / "sources" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    shutil.copyfile(SETTINGS, SITE / SETTINGS.name)
    return texts


def nav_sections() -> dict[str, list[str]]:
    """The pages of each section of the navigation, by its title."""
    nav: list[dict[str, Any]] = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["project"]["nav"]
    return {
        title: [content] if isinstance(content, str) else [path for item in content for path in item.values()]
        for entry in nav
        for title, content in entry.items()
    }


def main() -> int:
    """Build, and say how long it took and how large it is."""
    started = time.monotonic()
    try:
        with Progress("Building the site"):
            faults = build(os.environ.get("REPOSITORY"))
    except NoMermaid as error:
        faults = [str(error)]
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    sizes = {file: file.stat().st_size for file in HTML.rglob("*") if file.is_file()}
    script = sizes[HTML / MERMAID]
    print(
        f"{HTML.relative_to(ROOT)}/index.html: {sum(file.suffix == '.html' for file in sizes)} pages, "
        f"{(sum(sizes.values()) - script) / 1e6:.1f} MB and {script / 1e6:.1f} MB of Mermaid, "
        f"in {time.monotonic() - started:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
