"""The program of this repository, deployed on the emulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from testkit.api import Api

PROGRAM = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stack(ministack: MiniStack) -> Iterator[Deployment]:
    """The stack ``local`` of the program, up for the tests of a module, which may change its configuration."""
    file = load_stack(PROGRAM, "local")
    deployment = Deployment(ministack, PROGRAM, file.project, "local", file.config)
    yield deployment
    deployment.destroy()


@pytest.fixture
def orders(stack: Deployment) -> Api:
    """The API ``orders`` of the stack, freshly brought up to date with its configuration."""
    return Api(stack.up(), "orders", stack.aws.client("kms"))
