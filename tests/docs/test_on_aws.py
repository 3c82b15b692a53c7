"""docs/on-aws.md: every point has its commands, what is expected, what `kms-jwt check` covers, and a place for the result."""

import re

import pytest

from .aws_cli import check_aws
from .code_blocks import ROOT

TEXT = (ROOT / "docs" / "on-aws.md").read_text(encoding="utf-8")
POINTS = {point.partition("\n")[0]: point for point in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]}


@pytest.mark.parametrize("name", POINTS)
def test_a_point_is_complete(name: str) -> None:
    point = POINTS[name].partition("\n## ")[0]

    assert point.count("```sh\n") == 1
    for place in ("Expected", "`kms-jwt check`", "Result"):
        assert len(re.findall(rf"^{place}: \S", point, re.MULTILINE)) == 1, place
    assert re.search(r"^`kms-jwt check`: (not covered\.|in part, by|covered by)", point, re.MULTILINE)
    (result,) = re.findall(r"^Result: (.*)$", point, re.MULTILINE)
    assert re.fullmatch(r"not run yet|20\d\d-\d\d-\d\d, [a-z]+-[a-z]+-\d: .+", result), result


def test_every_variable_is_exported_before_it_is_used() -> None:
    exported: set[str] = set()
    for script in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        for line in script.splitlines():
            unquoted = re.sub(r"'[^']*'", "", line)
            assert set(re.findall(r"\$([A-Z_]+)", unquoted)) <= exported, line
            exported |= set(re.findall(r"^export ([A-Z_]+)=", line))
    assert len(exported) > 10


def test_every_point_on_which_the_emulator_is_unsure_is_here() -> None:
    """Whoever adds a row to docs/emulator.md says in docs/on-aws.md how a real account tells."""
    unsure = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8").partition("## Unsure")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \|", unsure, re.MULTILINE)[1:]
    lists = re.findall(r"^The emulator is unsure of: (.+)\.$", TEXT, re.MULTILINE)

    assert len(rows) > 10
    assert set(rows) <= {row for line in lists for row in re.findall(r"\*(.+?)\*", line)}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("kmss get-key-policy", "aws has no service kmss"),
        ("kms get-policy", "aws kms has no operation get-policy"),
        ("kms get-key-policy --key x", "aws kms get-key-policy has no --key: it has --key-id, --policy-name"),
        ("kms get-key-policy --policy-name x", "aws kms get-key-policy needs KeyId"),
        ("kms get-key-policy --key-id x --no-policy-name x", "aws kms get-key-policy has no --no-policy-name"),
    ],
)
def test_a_wrong_command_is_found(command: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check_aws(command.split())


def test_a_flag_may_be_negated() -> None:
    check_aws(
        [
            "apigatewayv2",
            "update-stage",
            "--api-id",
            "a",
            "--stage-name",
            "b",
            "--no-auto-deploy",
            "--region",
            "eu-west-1",
        ]
    )
