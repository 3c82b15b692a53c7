"""What a route asks of a token's scopes (RFC 6749 section 3.3, RFC 9068 section 2.2.3)."""

from collections.abc import Mapping
from typing import NamedTuple

from .claims import Claims
from .denial import Denied, Reason


class RouteScopes(NamedTuple):
    """The scopes of one route; none means that any valid token will do."""

    scopes: frozenset[str]
    match_any: bool
    """Whether one of them is enough; otherwise the token has them all."""


Routes = Mapping[str, RouteScopes]
"""Route key, as in ``GET /orders`` or ``$default``, -> its scopes."""


def is_scope(text: str) -> bool:
    """Whether ``text`` is one scope token: visible ASCII but the quotation mark and the backslash (RFC 6749 section 3.3)."""
    return bool(text) and text.isascii() and text.isprintable() and not any(character in text for character in ' "\\')


def check_route(claims: Claims, routes: Routes | None, route_key: str | None) -> None:
    """Raise ``Denied`` unless the token may use the route.

    ``routes`` is the closed list of routes: one that is not on it is denied. ``None``: any route, without scopes.
    """
    if routes is None:
        return
    route = routes.get(route_key) if isinstance(route_key, str) else None
    if route is None:
        raise Denied(Reason.UNKNOWN_ROUTE)
    if not route.scopes:
        return
    granted = granted_scopes(claims)
    satisfied = not route.scopes.isdisjoint(granted) if route.match_any else route.scopes <= granted
    if not satisfied:
        raise Denied(Reason.INSUFFICIENT_SCOPE)


def granted_scopes(claims: Claims) -> frozenset[str]:
    """The scope tokens of ``scope`` (a string, delimited by spaces) and ``scp`` (such a string, or a list of tokens).

    Raises ``Denied`` with MALFORMED_CLAIM for other types.
    """
    scope, scp = claims.get("scope", ""), claims.get("scp", "")
    if isinstance(scp, str):
        scp = scp.split(" ")
    elif not isinstance(scp, list) or not all(isinstance(token, str) for token in scp):
        raise Denied(Reason.MALFORMED_CLAIM, claim="scp")
    if not isinstance(scope, str):
        raise Denied(Reason.MALFORMED_CLAIM, claim="scope")
    return frozenset((*scope.split(" "), *scp))
