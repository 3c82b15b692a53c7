"""docs/contributing/features.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_the_features_name_is_there() -> None:
    text = (ROOT / "docs" / "contributing" / "features.md").read_text()
    named = re.findall(
        r"`((?:aws_schemas|cli/audit|clients|components|e2e|authorizer|issuer)/test_\w+\.py)(?:::(\w+))?`", text
    )

    assert len(named) > 40
    for file, function in named:
        source = (ROOT / "tests" / file).read_text()
        assert f"def {function}(" in source if function else source, f"{file}::{function}"
