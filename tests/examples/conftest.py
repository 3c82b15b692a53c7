"""The examples as a consumer has them: a folder anywhere, ``kms_jwt`` on the import path, processes of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from .backend import Backend, running_backend
from .consumer import Consumer, DeployedExample
from .forks import Forks


@pytest.fixture(scope="session")
def not_forking(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """Somebody who has installed the package and copied the examples."""
    return Consumer(tmp_path_factory.mktemp("consumer"))


@pytest.fixture(scope="session")
def forks(not_forking: Consumer) -> Iterator[Forks]:
    """Processes of theirs, in which ``kms_jwt`` is imported."""
    with not_forking.forking() as forks:
        yield forks


@pytest.fixture(scope="session")
def consumer(not_forking: Consumer, forks: Forks) -> Consumer:
    """They deploy stacks in such processes."""
    return not_forking


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """A backend on loopback, in the place of the one on the internet."""
    with running_backend() as running:
        yield running


@pytest.fixture(scope="module")
def deploy(consumer: Consumer) -> Iterator[Callable[..., DeployedExample]]:
    """Deploys copies of examples on the emulator, as their READMEs say, for the tests of a module."""
    with ExitStack() as stopped:
        yield lambda name, **config: stopped.enter_context(consumer.deployed(consumer.copy(name), **config))
