"""The scopes that a route requires of a token (RFC 6749 section 3.3, RFC 9068 section 2.2.3)."""

from collections.abc import Mapping

from .claims import Claims
from .config_fields import Fields
from .denial import Denied, Reason
from .record import Record


class RouteScopes(Record):
    """The scopes that one route requires; if there are none, any valid token is accepted."""

    __slots__ = ("match_any", "scopes")

    def __init__(self, scopes: frozenset[str], match_any: bool) -> None:
        self.scopes = scopes
        self.match_any = match_any
        """Whether one of the scopes suffices; otherwise the token needs all of them."""


Routes = Mapping[str, RouteScopes]
"""Route key, such as ``GET /orders`` or ``$default``, -> its scopes."""


def is_scope(text: str) -> bool:
    """Whether ``text`` is one scope token: visible ASCII except the quotation mark and the backslash (RFC 6749 section 3.3)."""
    return bool(text) and text.isascii() and text.isprintable() and not any(character in text for character in ' "\\')


def scope_names(fields: Fields, field: str = "scopes") -> tuple[str, ...]:
    """The list of scopes in ``field``, empty if it is absent; invalid ones are recorded in ``fields``."""
    scopes = fields.names(field)
    for index, scope in enumerate(scopes):
        if not is_scope(scope):
            fields.fault(f"must be one scope (RFC 6749 section 3.3), and is {scope!r}", field, index)
    return scopes


def check_route(claims: Claims, routes: Routes | None, route_key: str | None) -> None:
    """Raise ``Denied`` unless the token may be used for the route.

    ``routes`` is the closed list of routes: any other route is denied. ``None``: any route is allowed, without scopes.
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
    """The scope tokens of ``scope`` (a space-delimited string) and ``scp`` (such a string, or a list of tokens).

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
