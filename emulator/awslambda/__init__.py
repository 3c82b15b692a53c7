"""What makes MiniStack's Lambda start and answer without waiting.

It runs in MiniStack's process, where only the standard library, MiniStack and its dependencies can be imported, and it
imports nothing else of this project.
"""

from pathlib import Path

from . import cold_starts, invocations, packages, states


def install(home: Path) -> None:
    """From now on MiniStack's functions follow these modules. ``home`` is on the file system of their workers' folders."""
    cold_starts.install()
    invocations.install()
    packages.install(home)
    states.install()


__all__ = ["install"]
