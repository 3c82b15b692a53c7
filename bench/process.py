"""The peak memory of a process, and its processor time."""

from pathlib import Path


def peak_memory(process: int | str = "self") -> float:
    """The largest resident set so far, in MB (2^20 bytes). Linux only.

    Not ``ru_maxrss``, which a process inherits from the one that started it.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def processor_time(process: int) -> float:
    """What all its threads have used so far, in ms. Linux only.

    It depends less on what else runs on the machine than the time on the clock.
    """
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6
