"""What the requests of a session came to: verdicts, and how long they took."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..terminal import BOLD, GREEN, RED, Line, Span
from .verdict import Verdict


class Summary:
    """Counts requests. Of latencies it keeps how often there was each number of milliseconds."""

    def __init__(self) -> None:
        self._verdicts: Counter[str] = Counter()
        self._denied: set[str] = set()
        self._milliseconds: Counter[int] = Counter()

    def add(self, verdict: Verdict) -> None:
        """One more request."""
        self._verdicts[verdict.word] += 1
        if not verdict.allowed:
            self._denied.add(verdict.word)
        self._milliseconds[verdict.milliseconds] += 1

    def lines(self) -> list[Line]:
        """For people: a line for each verdict, the most frequent first, with a bar."""
        total = self._verdicts.total()
        if not total:
            return ["no requests"]
        latency = "  ".join(f"{name} {value} ms" for name, value in self._latencies().items())
        lines: list[Line] = [[Span(f"{total} request{'s'[: total > 1]}", BOLD), Span(f"  {latency}")]]
        width = max(map(len, self._verdicts))
        for word, count in self._verdicts.most_common():
            bar = "#" * max(1, round(10 * count / total))
            lines.append([Span(f"  {word:<{width}}  {count:>4}  "), Span(bar, RED if word in self._denied else GREEN)])
        return lines

    def fields(self) -> Mapping[str, Any]:
        """For programs."""
        verdicts = dict(self._verdicts.most_common())
        return {"requests": self._verdicts.total(), "verdicts": verdicts, "milliseconds": self._latencies()}

    def _latencies(self) -> dict[str, int]:
        """The smallest latency that this share of the requests did not exceed."""
        shares = {"p50": 0.5, "p95": 0.95, "max": 1.0} if self._milliseconds else {}
        return {name: self._percentile(share) for name, share in shares.items()}

    def _percentile(self, share: float) -> int:
        seen, total = 0, self._milliseconds.total()
        for milliseconds in sorted(self._milliseconds):
            seen += self._milliseconds[milliseconds]
            if seen >= share * total:
                break
        return milliseconds
