"""What every test may ask for. In a project that installs the package, its pytest plugin offers the first two by itself."""

# The fixtures import what they need: xdist's own process, and the authorizer's tests, need none of it.
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator.pytest_plugin import deployed_stack

if TYPE_CHECKING:
    from emulator.server import MiniStack

    from .components.engine import Plugin
    from .emulator.bench import Bench

__all__ = ["deployed_stack"]


@pytest.fixture(scope="session")
def ministack() -> Iterator["MiniStack"]:
    """The embedded AWS, one for the session. A call that AWS's models do not allow is an error, in whatever test."""
    from emulator.server import MiniStack

    from .aws_schemas.models import judged

    with judged(), MiniStack() as running:
        yield running


@pytest.fixture
def bench(ministack: "MiniStack", tmp_path: Path) -> Iterator["Bench"]:
    """A stack whose program a test writes: empty, and destroyed at the end of the test."""
    from .emulator.bench import new_bench

    with new_bench(ministack, tmp_path) as empty:
        yield empty


@pytest.fixture(scope="session")
def plugin() -> Iterator["Plugin"]:
    """The Pulumi package's process, which serves one program after another."""
    from .components.engine import running_plugin

    with running_plugin() as running:
        yield running


@pytest.hookimpl(tryfirst=True)  # before those with marks are selected
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the emulator, itself or through others, is slow; what is slow begins first, the rest runs beside it."""
    for item in items:
        if isinstance(item, pytest.Function) and "ministack" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_configure() -> None:
    """Pulumi's modules are many objects that stay: the garbage collector looks through them all less often."""
    gc.set_threshold(100_000, 50, 100)
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # nothing here needs Trio's, which imports Trio


def pytest_collection_finish() -> None:
    """Nor does it look again at the modules and the thousands of collected tests, where a test asks for a collection."""
    gc.collect()
    gc.freeze()
