"""The fixture ``deployed_stack``: handlers, fakes and other stacks' outputs as arguments, and ``update`` sees edited files."""

from pathlib import Path

import pytest

from emulator.pytest_plugin import DeployStack

from .acme_handlers import HANDLERS

PROGRAM = """
import pulumi
import naming
config = pulumi.Config()
inputs = {"name": "/" + naming.NAME, "value": config.require("value")}
tagged = pulumi.CustomResource("acme:index/tagged:Tagged", "tagged", inputs)
fake = pulumi.CustomResource("acme:index/other:Other", "other", {"size": config.get_int("size")})
pulumi.export("vpc", pulumi.StackReference("organization/network/dev").require_output("vpc"))
"""


def test_everything_that_a_stack_may_be_given(deployed_stack: DeployStack, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.local.yaml").write_text("config: {shop:value: one}\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "naming.py").write_text("NAME = 'a'\n")

    with pytest.warns(UserWarning, match=r"acme:index/other:Other::other is a fake") as warned:
        stack = deployed_stack(
            tmp_path,
            handlers=HANDLERS,
            fakes=["acme:index/o*"],
            stack_outputs={"organization/network/dev": {"vpc": "vpc-1"}},
            size=1,
        )
    assert len(warned) == 1
    assert Path(warned[0].filename) == Path(__file__)
    assert stack.outputs == {"vpc": "vpc-1"}
    assert stack.client("ssm").get_parameter(Name="/a")["Parameter"]["Value"] == "one"

    (tmp_path / "naming.py").write_text("NAME = 'b'\n")
    stack.update(value="two")  # which warns no second time: a warning is an error here
    parameters = stack.client("ssm").describe_parameters()["Parameters"]
    assert [parameter["Name"] for parameter in parameters] == ["/b"]
