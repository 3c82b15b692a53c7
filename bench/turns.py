"""Taking turns: A B C A B C, so that a slow moment of the machine affects all sides.

A turn is a few calls in a row: after each change of sides the processor's caches contain another side's code.
"""

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from statistics import median
from typing import Any

Action = Callable[[int], float | None]
"""Does the work of call ``n``, so that each call may have an input of its own. One that works elsewhere says itself how
many microseconds it took."""


def timed(work: Callable[[int], object]) -> Action:
    """An action that is timed here, whatever ``work`` returns."""

    def action(call: int) -> None:
        work(call)

    return action


def handling(handler: Callable[[Any], object], events: Sequence[bytes]) -> Action:
    """``handler`` on an event that has just been parsed, as Lambda's runtime passes it; parsing is not measured."""

    def action(call: int) -> float:
        event = json.loads(events[call])
        started = time.perf_counter_ns()
        handler(event)
        return (time.perf_counter_ns() - started) / 1000

    return action


_IN_A_ROW = 10


def take_turns(actions: Mapping[str, Action], calls: int, in_a_row: int = _IN_A_ROW) -> dict[str, list[float]]:
    """The microseconds of every call of every action; the first one changes from turn to turn."""
    samples: dict[str, list[float]] = {name: [] for name in actions}
    order = list(actions.items())
    with undisturbed():
        for first in range(0, calls, in_a_row):
            for name, action in order:
                for call in range(first, min(first + in_a_row, calls)):
                    started = time.perf_counter_ns()
                    own = action(call)
                    samples[name].append((time.perf_counter_ns() - started) / 1000 if own is None else own)
            order.append(order.pop(0))
    return samples


def ratio(ours: Sequence[float], theirs: Sequence[float], in_a_row: int = _IN_A_ROW) -> float:
    """How many times ``theirs`` is ``ours``: turn by turn, then the median, since a slow moment lasts many turns."""
    turns = range(0, min(len(ours), len(theirs)), in_a_row)
    return median(median(ours[turn : turn + in_a_row]) / median(theirs[turn : turn + in_a_row]) for turn in turns)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without garbage collection, which would affect a random side, and with log lines discarded."""
    gc.collect()
    gc.disable()
    try:
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123 - a device
            yield
    finally:
        gc.enable()
