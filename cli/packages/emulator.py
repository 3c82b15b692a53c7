"""The embedded AWS, which needs the extra ``pulumi``; importing it imports Pulumi and boto3."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "cli.packages":
    from emulator.config import StackFile, load_stack
    from emulator.declaration import Step
    from emulator.deployment import Deployment
    from emulator.errors import EmulatorError
    from emulator.resources.handler import Deployed
    from emulator.server import MiniStack
    from emulator.stack_reference import read_stack_outputs
    from emulator.web import fetch
else:
    from ...emulator.config import StackFile, load_stack
    from ...emulator.declaration import Step
    from ...emulator.deployment import Deployment
    from ...emulator.errors import EmulatorError
    from ...emulator.resources.handler import Deployed
    from ...emulator.server import MiniStack
    from ...emulator.stack_reference import read_stack_outputs
    from ...emulator.web import fetch

__all__ = [
    "Deployed",
    "Deployment",
    "EmulatorError",
    "MiniStack",
    "StackFile",
    "Step",
    "fetch",
    "load_stack",
    "read_stack_outputs",
]
