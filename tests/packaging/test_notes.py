"""The notes of a release: the changelog's section, if the tag, the version and the changelog agree."""

import subprocess
import sys
from pathlib import Path

import pytest

from release.notes import NotReady, release_notes

ROOT = Path(__file__).resolve().parents[2]

CHANGELOG = """# Changelog

What changes.

## Unreleased

## 1.2.0 - 2026-12-01

### Added
- A `thing`, which
  is long.
- Another.

### Security
- A token
  is denied.

## 1.1.0 - 2026-11-01

### Fixed
- Old.
"""


def test_the_section_of_the_version_with_each_item_on_one_line() -> None:
    assert release_notes("v1.2.0", "1.2.0", CHANGELOG) == (
        "### Added\n- A `thing`, which is long.\n- Another.\n\n### Security\n- A token is denied.\n"
    )


@pytest.mark.parametrize(
    ("tag", "version", "changelog", "reason"),
    [
        ("v1.2.1", "1.2.0", CHANGELOG, "the tag is v1.2.1, and pyproject.toml has version 1.2.0"),
        ("1.2.0", "1.2.0", CHANGELOG, "the tag must be v1.2.0"),
        ("v1.3.0", "1.3.0", CHANGELOG, "no section of 1.3.0"),
        ("v1.2.0", "1.2.0", CHANGELOG.replace(" - 2026-12-01", ""), "no section of 1.2.0"),
        ("v1.2.0", "1.2.0", CHANGELOG.replace("## Unreleased\n", "## Unreleased\n- More.\n"), "Unreleased has entries"),
        ("v1.4.0", "1.4.0", f"{CHANGELOG}\n## 1.4.0 - 2027-01-01\n", "the section of 1.4.0 is empty"),
    ],
)
def test_what_does_not_agree_is_not_released(tag: str, version: str, changelog: str, reason: str) -> None:
    with pytest.raises(NotReady, match=reason):
        release_notes(tag, version, changelog)


def test_the_repository_s_own_changelog_can_be_read() -> None:
    """Whatever it has now, dated as a release would: as many items, each on one line."""
    text = (ROOT / "CHANGELOG.md").read_text()
    released = text.replace("## Unreleased\n", "## Unreleased\n\n## 99.0.0 - 2099-01-01\n", 1)
    notes = release_notes("v99.0.0", "99.0.0", released)
    section = text.split("## Unreleased\n", 1)[1].split("\n## ", 1)[0]

    assert notes.count("\n- ") == section.count("\n- ") > 0
    assert all(line.startswith(("- ", "### ")) or not line for line in notes.splitlines())


def test_the_command_refuses_in_one_line() -> None:
    command = [sys.executable, "-m", "release.notes", "v0.0.0"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("not released: the tag is v0.0.0")
    assert result.stderr.count("\n") == 1
