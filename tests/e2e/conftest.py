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
def deployment(ministack: MiniStack) -> Iterator[Deployment]:
    """The stack ``local`` of the program, for all tests of a module, without its token service: they mint tokens themselves."""
    file = load_stack(PROGRAM, "local")
    config = {key: value for key, value in file.config.items() if key != f"{file.project}:token_service"}
    deployment = Deployment(ministack, PROGRAM, file.project, "local", config)
    yield deployment
    deployment.destroy()


@pytest.fixture
def stack(deployment: Deployment) -> Iterator[Deployment]:
    """The stack with the configuration of its file, which the test may change, and whatever the test before has deployed."""
    original = deployment.config
    yield deployment
    deployment.config = original


@pytest.fixture
def orders(stack: Deployment) -> Api:
    """The API ``orders`` of the stack, freshly brought up to date with its configuration."""
    return Api(stack.up(), "orders", stack.aws.client("kms"))
