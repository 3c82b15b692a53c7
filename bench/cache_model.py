"""API Gateway's cache of an authorizer's answers: a model of it, and the hit ratios that follow from it.

An answer, also a denial, is kept under the values of the identity sources for ``cache_ttl`` seconds, from the moment when it
is there; a hit does not extend that. Requests that come while the authorizer still works on the first one invoke it as well,
and the last answer replaces the others. AWS documents the key and the time; the rest is what the emulator does
(``docs/emulator.md``, ``emulator/gateway/authorizer.py``).
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

import math
from collections import deque
from collections.abc import Hashable

_NEGLIGIBLE = 1e-9


class ResultCache:
    """The cache, without a bound on its size, of an authorizer that takes ``latency`` seconds to answer."""

    def __init__(self, ttl: float, latency: float) -> None:
        self._ttl = ttl
        self._latency = latency
        self._answers: dict[Hashable, deque[float]] = {}

    def hit(self, key: Hashable, now: float) -> bool:
        """Whether a request at ``now``, not before the one before, is answered without the authorizer."""
        answers = self._answers.setdefault(key, deque())
        while len(answers) > 1 and answers[1] <= now:
            answers.popleft()
        if answers and answers[0] <= now < answers[0] + self._ttl:
            return True
        answers.append(now + self._latency)
        return False


def at_once(rate: float, latency: float) -> float:
    """How many requests for one key invoke the authorizer after its answer has expired: the first, and those until the next."""
    return 1 + rate * latency


def over_lifetime(rate: float, ttl: float, lifetime: float) -> float:
    """The hit ratio of a key whose requests are a Poisson process of ``rate`` per second, for ``lifetime`` seconds.

    The authorizer takes no time. The n-th miss is after ``n - 1`` times ``ttl`` and n intervals of the process, whose sum has
    an Erlang distribution. For a long lifetime the ratio is ``rate * ttl / (1 + rate * ttl)``.
    """
    misses, number = 0.0, 1
    while (left := lifetime - (number - 1) * ttl) > 0 and (likely := _erlang(number, rate * left)) > _NEGLIGIBLE:
        misses += likely
        number += 1
    return 1 - misses / (rate * lifetime)


def polling(interval: float, ttl: float, latency: float) -> float:
    """The hit ratio of a client that calls at a fixed ``interval``, longer than ``latency``."""
    hits = math.ceil((ttl + latency) / interval) - 1
    return hits / (hits + 1)


def _erlang(shape: int, time: float) -> float:
    """The probability that ``shape`` intervals of a Poisson process of rate 1 are over by ``time``."""
    return 1 - sum(math.exp(number * math.log(time) - time - math.lgamma(number + 1)) for number in range(shape))
