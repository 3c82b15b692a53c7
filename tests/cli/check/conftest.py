"""One stack, for all tests of a module."""

from collections.abc import Iterator

import pytest

from emulator.server import MiniStack

from .stack import Stack, deployment


@pytest.fixture(scope="module")
def checked(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The deployed stack."""
    deployed = deployment(ministack)
    yield Stack(deployed.up(), deployed.aws, tmp_path_factory.mktemp("mutant"))
    deployed.destroy()
