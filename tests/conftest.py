"""What every test may ask for. In a project that installs the package, its pytest plugin offers the first two by itself."""

import pytest

from emulator.pytest_plugin import deployed_stack, ministack
from emulator.testing import bench

__all__ = ["bench", "deployed_stack", "ministack"]


@pytest.hookimpl(tryfirst=True)  # before those with marks are selected
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the emulator, itself or through others, is slow. What is slow begins first, and the rest runs beside it."""
    for item in items:
        if isinstance(item, pytest.Function) and "ministack" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
