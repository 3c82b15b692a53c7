"""After a run that failed: where the error is, and the last whole run again."""

from pathlib import Path

import pytest

from emulator.declaration import Step
from emulator.errors import ResourceError
from emulator.server import MiniStack

from .bench import Bench

WHOLE = """
key = aws.kms.Key("key", description="one", key_usage="SIGN_VERIFY", customer_master_key_spec="ECC_NIST_P384")
aws.kms.Alias("alias", name="alias/restored", target_key_id=key.key_id)
aws.cloudwatch.LogGroup("group", name="/restored", retention_in_days=1)
pulumi.export("key_id", key.key_id)
"""
BROKEN = """
key = aws.kms.Key("key", description="two", key_usage="SIGN_VERIFY", customer_master_key_spec="ECC_NIST_P256")
aws.kms.Alias("alias", name="alias/restored", target_key_id=key.key_id)
other = aws.cloudwatch.LogGroup("other", name="/restored-other", retention_in_days=1)
aws.cloudwatch.LogGroup("wrong", name=other.name.apply(lambda name: "/restored"), opts=pulumi.ResourceOptions(
    depends_on=[key, other]))
"""


def test_what_a_failed_run_changed_is_restored(bench: Bench, ministack: MiniStack) -> None:
    key_id = bench.up(WHOLE)["key_id"]
    before = {urn: (item.id, item.inputs) for urn, item in bench.deployment.resources.items()}
    with pytest.raises(ResourceError, match="ResourceAlreadyExists"):
        bench.up(BROKEN)
    assert len(bench.deployment.changes) >= 2
    bench.deployment.restore()

    assert {urn: (item.id, item.inputs) for urn, item in bench.deployment.resources.items()} == before
    aws = ministack.region()
    assert aws.kms.describe_key(KeyId="alias/restored")["KeyMetadata"]["KeyId"] == key_id
    assert aws.kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"
    groups = aws.logs.describe_log_groups(logGroupNamePrefix="/restored")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/restored"]
    assert bench.up(WHOLE)["key_id"] == key_id
    assert bench.actions == []


@pytest.mark.parametrize(
    ("source", "raised", "file", "line"),
    [
        ("import helper\nhelper.fail()", ZeroDivisionError, "helper.py", 2),
        ("import broken", SyntaxError, "broken.py", 2),
        ("1 +", SyntaxError, "__main__.py", 4),
        ("import importlib\nimportlib.import_module('nowhere')", ModuleNotFoundError, "__main__.py", 5),
        ('\naws.cloudwatch.LogGroup("g", name="not a name")', ResourceError, "__main__.py", 5),
    ],
)
def test_the_line_of_an_error(
    bench: Bench, source: str, raised: type[Exception], file: str, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = bench.deployment.program
    monkeypatch.chdir(folder)
    (folder / "helper.py").write_text("def fail():\n    1 / 0\n")
    (folder / "broken.py").write_text("\nx = (\n")
    with pytest.raises(raised):
        bench.up(source)
    assert bench.deployment.failed_at == (file, line)

    bench.up("")
    assert bench.deployment.failed_at is None


def test_every_resource_is_watched_from_its_beginning(bench: Bench) -> None:
    steps: list[Step] = []
    bench.deployment.watch = steps.append
    bench.up('aws.cloudwatch.LogGroup("group", name="/watched")')
    stack, begun, done = steps
    urn = begun.urn

    assert (stack.urn.split("::")[2], begun.parent) == ("pulumi:pulumi:Stack", stack.urn)
    assert (begun.action, begun.seconds, done.urn, done.action) == (None, None, urn, "create")
    assert done.seconds is not None

    bench.up("")
    assert [(step.urn, step.action) for step in steps[4:]] == [(urn, "delete")]
