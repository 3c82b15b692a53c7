"""The peak memory of a process."""

from pathlib import Path


def peak_memory(process: int | str = "self") -> float:
    """The largest resident set so far, in MB (2^20 bytes). Linux only.

    Not ``ru_maxrss``, which a process inherits from the one that started it.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
