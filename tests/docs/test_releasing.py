"""What the first release must fill in is listed, place by place."""

import re

from release.address import RELEASING, tracked_texts

from .code_blocks import ROOT


def test_every_place_that_is_filled_in_by_hand_is_listed() -> None:
    texts = tracked_texts(ROOT)
    without = {name for name, text in texts.items() if re.search(r"@<owner>|`<address>`", text)} - {RELEASING}

    assert {"CODE_OF_CONDUCT.md", ".github/CODEOWNERS"} <= without
    assert without <= set(re.findall(r"`([^`\s]+)`", texts[RELEASING]))


def test_the_examples_install_the_clone_that_they_are_in() -> None:
    """The name on PyPI is not ours before the first release."""
    files = sorted((ROOT / "examples").glob("*/requirements.txt"))

    assert files
    for file in files:
        (ours,) = [line for line in file.read_text().splitlines() if re.match(r"kms-jwt|\.\.", line)]
        assert ours in ("../..", "../..[pulumi]"), file
        assert (file.parent / "../..").resolve() == ROOT
