"""What the image of the dashboard shows in its graphs: three invented hours of an API, in steps of five minutes.

A job asks with a token of yesterday the whole time; in the second hour somebody tries tokens that no key has signed.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

POINTS = 36

_CALM, _ATTACK = range(POINTS), range(17, 23)

_LEVELS: Mapping[str, tuple[float, float, range]] = {
    "Count": (5200, 0.1, _CALM),
    "4xx": (190, 0.3, _CALM),
    "5xx": (2, 1, _CALM),
    "Latency": (48, 0.3, _CALM),
    "IntegrationLatency": (39, 0.3, _CALM),
    "Duration": (4.1, 0.4, _CALM),
    "Invocations": (1500, 0.1, _CALM),
    "Errors": (0, 0, _CALM),
    "Throttles": (0, 0, _CALM),
    "ConcurrentExecutions": (4, 0.5, _CALM),
    "DenylistAgeSeconds": (52, 0.15, _CALM),
    "DenylistRefreshFailed": (0, 0, _CALM),
    "allowed": (1310, 0.1, _CALM),
    "expired": (120, 0.1, _CALM),
    "insufficient_scope": (28, 0.4, _CALM),
    "wrong_audience": (28, 0.6, _CALM),
    "bad_signature": (820, 0.25, _ATTACK),
    "allowed own": (1070, 0.1, _CALM),
    "allowed p.example.com": (240, 0.2, _CALM),
    "expired own": (120, 0.1, _CALM),
    "wrong_audience p.example.com": (28, 0.6, _CALM),
    "insufficient_scope own": (28, 0.4, _CALM),
}
"""By metric, reason, or reason and issuer: a usual value, how much it varies, and when there is any."""

_SEARCHES: Mapping[str, Sequence[str]] = {
    "Reason": ("allowed", "bad_signature", "expired", "wrong_audience", "insufficient_scope"),
    "Reason,issuer": (
        "allowed own",
        "allowed p.example.com",
        "expired own",
        "wrong_audience p.example.com",
        "insufficient_scope own",
    ),
}
"""What a search finds, by the dimensions that it asks for beside the function's name."""

_DENIALS: Sequence[Mapping[str, str]] = (
    {"routeKey": "GET /orders", "Reason": "bad_signature", "issuer": "", "denials": "3,918"},
    {"routeKey": "GET /orders", "Reason": "expired", "issuer": "own", "denials": "3,260"},
    {"routeKey": "POST /orders", "Reason": "expired", "issuer": "own", "denials": "1,071"},
    {"routeKey": "GET /orders", "Reason": "wrong_audience", "issuer": "p.example.com", "denials": "1,004"},
    {"routeKey": "POST /orders", "Reason": "insufficient_scope", "issuer": "own", "denials": "998"},
    {"routeKey": "POST /orders", "Reason": "bad_signature", "issuer": "", "denials": "631"},
)


def series(metrics: Sequence[Any]) -> dict[str, list[float]]:
    """The lines of a graph by name. Raises ``KeyError`` for a metric, and for a search, that this has no values of."""
    names: list[str] = []
    for metric in metrics:
        if isinstance(metric[0], dict):
            dimensions = re.findall(r"FunctionName,([\w,]+)\}", metric[0]["expression"])[0]
            names += _SEARCHES[dimensions]
        else:
            names.append(metric[1])
    return {name: _values(name) for name in names}


def rows(query: str) -> list[list[str]]:
    """What a Logs Insights query answers, its columns' names first. Raises ``KeyError`` for a field that this has not."""
    grouped = re.findall(r"stats count\(\*\) as (\w+) by ([\w, ]+?) \|", query)[0]
    columns = [*grouped[1].split(", "), grouped[0]]
    return [columns, *([row[column] for column in columns] for row in _DENIALS)]


def _values(name: str) -> list[float]:
    level, variation, when = _LEVELS[name]
    chance = Random(name)  # noqa: S311 - an invented graph, the same each time
    return [level * (1 - variation + 2 * variation * chance.random()) * (point in when) for point in range(POINTS)]
