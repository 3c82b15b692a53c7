"""What every test may ask for."""

from emulator.testing import bench, ministack

__all__ = ["bench", "ministack"]
