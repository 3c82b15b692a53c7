"""Which routes of the API get which requests."""

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from .promises import RoutePromise

JWKS = "GET /.well-known/jwks.json"
OPENID_CONFIGURATION = "GET /.well-known/openid-configuration"
AUTHORIZATION_SERVER = "GET /.well-known/oauth-authorization-server"
WELL_KNOWN = (JWKS, OPENID_CONFIGURATION, AUTHORIZATION_SERVER)
"""What ``well_known`` of ``AuthorizedHttpApi``, or a ``TokenService`` on the API, adds: public."""

DEFAULT = "$default"

_PARAMETER = re.compile(r"\{[^}]*\}")
_VALUE = "kms-jwt-check"
"""In place of a path parameter."""


@dataclass(frozen=True)
class CalledRoute:
    """A protected route that may be called with a good token: with GET, which has no effect on the backend."""

    key: str
    path: str
    scopes: tuple[str, ...]


def request_of(route_key: str) -> tuple[str, str]:
    """The method and the path of a request that the route matches."""
    method, _, path = route_key.partition(" ")
    if route_key == DEFAULT:
        method, path = "ANY", f"/{_VALUE}"
    path = urllib.parse.quote(_PARAMETER.sub(_VALUE, path), safe="/-._~!$&'()*+,;=:@%")
    return "GET" if method == "ANY" else method, path


def callable_routes(routes: Mapping[str, RoutePromise]) -> list[CalledRoute]:
    """Of ``routes``. The plainest come first."""
    found = [
        CalledRoute(key, request_of(key)[1], route.scopes)
        for key, route in routes.items()
        if request_of(key)[0] == "GET" and route.takes_tokens
    ]
    return sorted(found, key=lambda route: (bool(route.scopes), "{" in route.key or route.key == DEFAULT))
