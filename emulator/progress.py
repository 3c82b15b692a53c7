"""The command line's progress, under either of its names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "emulator":
    from cli.progress import Progress
else:
    from ..cli.progress import Progress

__all__ = ["Progress"]
