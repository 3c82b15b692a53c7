"""What the first release changes."""

import re

from .code_blocks import ROOT


def test_the_examples_install_the_clone_that_they_are_in() -> None:
    """The name on PyPI is not ours before the first release."""
    files = sorted((ROOT / "examples").glob("*/requirements.txt"))

    assert files
    for file in files:
        (ours,) = [line for line in file.read_text().splitlines() if re.match(r"kms-jwt|\.\.", line)]
        assert ours in ("../..", "../..[pulumi]"), file
        assert (file.parent / "../..").resolve() == ROOT
