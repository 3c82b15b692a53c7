"""Help that helps: every command shows examples that work as they stand, apart from keys and files."""

import pytest

from issuer.__main__ import main


@pytest.mark.parametrize("command", ["mint", "jwks", "inspect"])
def test_each_command_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])

    assert exit_.value.code == 0
    examples = capsys.readouterr().out.partition("examples:\n")[2].splitlines()
    assert len(examples) >= 2
    assert any(line.startswith(f"  python -m issuer {command} ") for line in examples)


def test_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([])

    assert exit_.value.code == 2
    assert "{mint,jwks,inspect}" in capsys.readouterr().err
