"""docs/reference.md is what the components say of themselves."""

from docs.generate_reference import REFERENCE, reference


def test_it_is_current() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run `make reference`, and look at the difference"


def test_every_input_and_output_is_described() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `")]

    assert len(rows) > 120
    assert [row for row in rows if row.endswith("|  |")] == []
