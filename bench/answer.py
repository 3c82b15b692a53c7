"""The result of a benchmark: figures with their spread, and targets with the values reached."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Scale(NamedTuple):
    """How thorough a run is."""

    quick: bool

    def of(self, full: int, quick: int) -> int:
        """``full`` repetitions, or ``quick`` ones in a quick run."""
        return quick if self.quick else full


class Figure(NamedTuple):
    """The median of some samples, with the quartiles around it."""

    name: str
    unit: str
    median: float
    low: float
    high: float
    samples: int


def figure(name: str, unit: str, samples: Sequence[float]) -> Figure:
    """Summarise ``samples``."""
    if len(samples) == 1:
        return Figure(name, unit, samples[0], samples[0], samples[0], 1)
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return Figure(name, unit, median, low, high, len(samples))


class Target(NamedTuple):
    """A bound that was set beforehand, and the value that this run reached."""

    name: str
    reached: float
    limit: float
    unit: str = "x"
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the bound is met."""
        return self.reached >= self.limit if self.at_least else self.reached <= self.limit


@dataclass
class Answer:
    """One question, answered: a table, a chart and its targets."""

    question: str
    key: str
    """Names the chart's file."""
    figures: list[Figure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Remarks on the figures, such as a side that is missing, and why."""

    def median(self, name: str) -> float:
        """The median of the figure ``name``. Raises ``KeyError``."""
        return {item.name: item.median for item in self.figures}[name]

    def ratio(self, name: str, to: str) -> float:
        """How many times ``to`` the figure ``name`` is."""
        return self.median(name) / self.median(to)
