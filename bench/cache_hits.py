"""Which part of the requests does API Gateway's cache answer, by the population of tokens?

A simulation with a seed, of the cache in ``cache_model``; beside it stands what can be computed. Its figures do not depend on
the machine. ``docs/scale.md`` has them.
"""

import heapq
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .answer import Answer, Scale, Target, figure
from .cache_model import ResultCache, at_once, over_lifetime, polling

LATENCY_SECONDS = 0.004
"""Of an invocation with 512 MB and ES512: ``docs/performance.md``."""

COLD_SECONDS = 0.2
"""Of a cold start in Lambda, an assumption: Python and the handler alone take 0.06 (``docs/performance.md``)."""

_REQUESTS = 20_000
"""Of one run. More only where a single token has more in its lifetime."""

_SEEDS = range(5)


@dataclass(frozen=True)
class Traffic:
    """Clients that call an API, each with one token after another. Requests are a Poisson process, routes equally likely."""

    name: str
    rate: float
    """Requests per second, of all clients together."""
    tokens: int
    """Clients, and so tokens in use at a time."""
    routes: int = 4
    """With ``$context.routeKey`` among the identity sources, the default, each has an answer of its own."""
    ttl: float = 60
    lifetime: float = 900
    zipf: bool = False
    """Whether the n-th client sends 1/n as much as the first, as a few big ones and many small ones do."""

    @property
    def expected(self) -> float:
        """The hit ratio that follows from the model, without the time that the authorizer takes."""
        rates = [self.rate * share / self.routes for share in self.shares]
        if not self.zipf:
            return over_lifetime(rates[0], self.ttl, self.lifetime)
        return sum(over_lifetime(rate, self.ttl, self.lifetime) * rate for rate in rates) / sum(rates)

    @property
    def shares(self) -> Sequence[float]:
        """Of the requests, by client."""
        weights = [1 / number if self.zipf else 1.0 for number in range(1, self.tokens + 1)]
        total = sum(weights)
        return [weight / total for weight in weights]

    def simulated(self, seed: int) -> float:
        """The hit ratio over one lifetime of the tokens, after another one, in which each client has renewed its token."""
        chance = random.Random(f"{self.name} {seed}")  # noqa: S311 # not a secret
        whole = 2 * self.lifetime
        # Answers of different tokens have nothing to do with one another, so some of equal clients stand for all of them.
        kept = 1.0 if self.zipf else min(1.0, max(1 / self.tokens, _REQUESTS / (self.rate * whole)))
        some = replace(self, rate=self.rate * kept, tokens=round(self.tokens * kept))
        cumulated, total = [], 0.0
        for share in some.shares:
            total += share
            cumulated.append(total)
        issued = [chance.uniform(0, self.lifetime) for _ in range(some.tokens)]
        cache, now, hits, requests = ResultCache(self.ttl, LATENCY_SECONDS), 0.0, 0, 0
        while (now := now + chance.expovariate(some.rate)) < whole:
            client = bisect(cumulated, chance.random() * total, 0, some.tokens - 1)  # the same as ``choices``, sooner
            token = int((now + issued[client]) / self.lifetime)
            hit = cache.hit((client, token, chance.randrange(self.routes)), now)
            if now >= self.lifetime:
                hits, requests = hits + hit, requests + 1
        return hits / requests


@dataclass(frozen=True)
class Polling:
    """Clients that call one route at a fixed interval."""

    name: str
    interval: float
    ttl: float = 60
    lifetime: float = 900

    @property
    def expected(self) -> float:
        """The hit ratio that follows from the model."""
        return polling(self.interval, self.ttl, LATENCY_SECONDS)

    def simulated(self, seed: int) -> float:
        """The hit ratio of a hundred clients that have begun at different times, over one lifetime of their tokens."""
        chance = random.Random(f"{self.name} {seed}")  # noqa: S311 # not a secret
        cache = ResultCache(self.ttl, LATENCY_SECONDS)
        hits = [cache.hit(client, now) for now, client in self._calls(chance)]
        return sum(hits) / len(hits)

    def _calls(self, chance: random.Random) -> Iterator[tuple[float, int]]:
        starts = [chance.uniform(0, self.interval) for _ in range(100)]
        calls = int(self.lifetime / self.interval)
        series = (
            [(start + call * self.interval, client) for call in range(calls)] for client, start in enumerate(starts)
        )
        return heapq.merge(*series)


@dataclass(frozen=True)
class HotKey:
    """One token on one route, in steady use when its answer expires."""

    name: str
    rate: float
    latency: float

    @property
    def expected(self) -> float:
        """The invocations that follow from the model, until the first of them has answered."""
        return at_once(self.rate, self.latency)

    def simulated(self, seed: int) -> float:
        """The same, counted."""
        chance = random.Random(f"{self.name} {seed}")  # noqa: S311 # not a secret
        cache, now, invoked = ResultCache(60, self.latency), 0.0, 0
        while not cache.hit(self.name, now):
            now, invoked = now + chance.expovariate(self.rate), invoked + 1
        return invoked


_USUAL = Traffic("1,000/s, 10,000 tokens", 1000, 10_000)

SCENARIOS: tuple[Traffic | Polling, ...] = (
    Traffic("10/s, 10 tokens", 10, 10),
    Traffic("10/s, 1,000 tokens", 10, 1000),
    Traffic("10/s, 100,000 tokens", 10, 100_000),
    Traffic("1,000/s, 10 tokens", 1000, 10),
    Traffic("1,000/s, 1,000 tokens", 1000, 1000),
    _USUAL,
    Traffic("1,000/s, 100,000 tokens", 1000, 100_000),
    Traffic("100,000/s, 1,000 tokens", 100_000, 1000),
    Traffic("100,000/s, 100,000 tokens", 100_000, 100_000),
    Traffic("100,000/s, 1,000,000 tokens", 100_000, 1_000_000),
    replace(_USUAL, name="1,000/s, 10,000 tokens, cache_ttl 10", ttl=10),
    replace(_USUAL, name="1,000/s, 10,000 tokens, cache_ttl 300", ttl=300),
    replace(_USUAL, name="the same, tokens of 1 hour", ttl=300, lifetime=3600),
    replace(_USUAL, name="1,000/s, 10,000 tokens, 1 route", routes=1),
    replace(_USUAL, name="1,000/s, 10,000 tokens, 20 routes", routes=20),
    replace(_USUAL, name="1,000/s, 10,000 tokens, of 5 minutes", lifetime=300),
    Traffic("100/s, 1,000 tokens, Zipf", 100, 1000, zipf=True),
    Polling("a poll every 30 s", 30),
    Polling("a poll every 90 s", 90),
)


HOT_KEYS = (
    HotKey("1,000/s with one token", 1000, LATENCY_SECONDS),
    HotKey("1,000/s with one token, all cold", 1000, COLD_SECONDS),
    HotKey("100,000/s with one token", 100_000, LATENCY_SECONDS),
    HotKey("100,000/s with one token, all cold", 100_000, COLD_SECONDS),
)


def measure(scale: Scale) -> Answer:
    """Each scenario with several seeds, and how far the medians are from what can be computed."""
    answer = Answer("What API Gateway's cache answers (%), and invocations at once when it expires", "cache_hits")
    seeds = _SEEDS[: scale.of(5, 1)]
    furthest = 0.0
    for scenario in SCENARIOS:
        item = figure(scenario.name, "%", [100 * scenario.simulated(seed) for seed in seeds])
        answer.figures.append(item)
        furthest = max(furthest, abs(item.median - 100 * scenario.expected))
    answer.figures += [figure(hot.name, "at once", [hot.simulated(seed) for seed in seeds]) for hot in HOT_KEYS]
    hottest = max(abs(answer.median(hot.name) / hot.expected - 1) for hot in HOT_KEYS)
    answer.targets += [
        Target("hit ratios, furthest from what is computed", furthest, 1.0, "points"),
        Target("invocations at once, furthest from what is computed", hottest, 0.2),
    ]
    answer.notes.append(
        "Where nothing else is said: four routes, cache_ttl 60, tokens of 15 minutes, Poisson processes."
    )
    return answer
