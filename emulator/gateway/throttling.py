"""Throttling: a token bucket for each route with limits of its own, and one for the rest of a stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

import time
from dataclasses import dataclass
from typing import Any

from .exchange import Exchange
from .refusal import Refusal

_LIMITS = ("throttlingRateLimit", "throttlingBurstLimit")


@dataclass
class _Bucket:
    tokens: float
    at: float


class Throttle:
    """The buckets of all stages. A bucket holds the burst limit, and fills at the rate limit per second."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}

    def take(self, exchange: Exchange) -> None:
        """Takes a token. Raises ``Refusal`` if there is none."""
        stage, route_key = exchange.api.stages[exchange.stage], exchange.route["routeKey"]
        own: dict[str, Any] = (stage.get("routeSettings") or {}).get(route_key) or {}
        limited = any(limit in own for limit in _LIMITS)
        settings = own if limited else stage.get("defaultRouteSettings") or {}
        if not any(limit in settings for limit in _LIMITS):
            return
        rate, burst = (float(settings.get(limit, 0)) for limit in _LIMITS)
        key, now = (exchange.api.id, exchange.stage, route_key if limited else ""), time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            raise Refusal(429, "Too Many Requests", "THROTTLED")
        bucket.tokens -= 1
