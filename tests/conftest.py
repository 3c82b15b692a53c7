"""What every test may ask for. In a project that installs the package, its pytest plugin offers the first two by itself."""

from emulator.pytest_plugin import deployed_stack, ministack
from emulator.testing import bench

__all__ = ["bench", "deployed_stack", "ministack"]
