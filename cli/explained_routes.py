"""One explanation for several routes: what comes before the route is the same for all of them."""

from collections.abc import Mapping
from typing import NamedTuple

from .explanation import Check
from .packages.authorizer import Reason

_ROUTE = "route"


class Explained(NamedTuple):
    """The checks of a token, with that of each route, and what comes of them."""

    checks: list[Check]
    allowed: bool
    """On one route at least."""
    summary: str


def of_routes(by_route: Mapping[str | None, list[Check]]) -> Explained:
    """The explanation for ``by_route``, the checks for each route."""
    first = next(iter(by_route.values()))
    reasons = {
        route: next((check.reason for check in checks if check.reason), None) for route, checks in by_route.items()
    }
    allowed = [str(route) for route, reason in reasons.items() if reason is None]
    summary = _summary(reasons)
    before = [check for check in first[: _index(first)] if check.passed]
    if len(before) < _index(first):
        return Explained(first, bool(allowed), summary)
    opened = next((checks for route, checks in by_route.items() if reasons[route] is None), first)
    of_each = [checks[_index(checks)] for checks in by_route.values()]
    return Explained([*before, *of_each, *opened[_index(opened) + 1 :]], bool(allowed), summary)


def _index(checks: list[Check]) -> int:
    return next(index for index, check in enumerate(checks) if check.name == _ROUTE)


def _summary(reasons: Mapping[str | None, Reason | None]) -> str:
    """``allowed``, ``denied: <reason>``, or which routes are what, if they differ."""
    by_reason: dict[Reason | None, list[str]] = {}
    for route, reason in reasons.items():
        by_reason.setdefault(reason, []).append(str(route))
    words = {reason: f"denied: {reason}" if reason else "allowed" for reason in by_reason}
    if len(words) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{word} on {', '.join(by_reason[reason])}" for reason, word in words.items())
