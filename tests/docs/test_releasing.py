"""What the first release must fill in is listed, place by place."""

import re
import subprocess

from .code_blocks import ROOT

RELEASING = "docs/contributing/releasing.md"


def test_every_place_without_the_repository_s_address_is_listed() -> None:
    command = ["git", "ls-files", "--", ".", ":!tests", f":!{RELEASING}"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    texts = {name: (ROOT / name).read_text(errors="replace") for name in names if (ROOT / name).is_file()}
    without = {name for name, text in texts.items() if re.search(r"<(this\s+)?repository>|@<owner>|`<address>`", text)}

    listed = set(re.findall(r"`([^`\s]+)`", (ROOT / RELEASING).read_text()))
    assert {"README.md", "CODE_OF_CONDUCT.md", ".github/CODEOWNERS"} <= without
    assert without <= listed


def test_the_examples_install_the_clone_that_they_are_in() -> None:
    """The name on PyPI is not ours before the first release."""
    files = sorted((ROOT / "examples").glob("*/requirements.txt"))

    assert files
    for file in files:
        (ours,) = [line for line in file.read_text().splitlines() if re.match(r"kms-jwt|\.\.", line)]
        assert ours in ("../..", "../..[pulumi]"), file
        assert (file.parent / "../..").resolve() == ROOT
