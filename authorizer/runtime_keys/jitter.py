"""A random part of each interval, so that execution environments do not all read keys at the same time."""

import os


def between(low: float, high: float) -> float:
    """A number from ``low`` to ``high``.

    From the operating system: the state of ``random`` would be the same in all environments that Lambda restores from a
    SnapStart snapshot, and importing it would lengthen cold starts.
    """
    return low + (high - low) * int.from_bytes(os.urandom(4)) / 2**32
