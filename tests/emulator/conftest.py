from emulator.testing import bench, ministack

__all__ = ["bench", "ministack"]
