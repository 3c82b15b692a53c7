"""A route in short, and what it has from its API: ``"public"``, a list of scopes, the scopes of the API."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, cast

import pulumi

from ..contract import scope_faults
from ..faults import Faults
from ..redaction import redacted_repr
from .routes import RouteArgs, check_distinct

PublicRoute = Literal["public"]

if TYPE_CHECKING:
    RouteInput = RouteArgs | list[str] | PublicRoute
    RoutesInput = Mapping[str, RouteInput]
else:  # Pulumi's analyzer supports no unions: other languages write the object
    RouteInput, RoutesInput = RouteArgs, dict[str, RouteArgs]


def in_long_form(args: object, faults: Faults) -> object:
    """``args`` of an API with every route as an object; what is neither that nor a short form is recorded in ``faults``."""
    if not isinstance(args, Mapping) or not isinstance(args.get("routes"), Mapping):
        return args
    routes = {key: _long_form(route, faults.below("routes", str(key))) for key, route in args["routes"].items()}
    return {**args, "routes": routes}


def _long_form(route: object, faults: Faults) -> object:
    if not (route is None or isinstance(route, Mapping | list | tuple | pulumi.Output) or route == "public"):
        faults.add(
            f'must be "public", a list of scopes such as ["orders:read"], or an object, and is {redacted_repr(route)}'
        )
    return long_form(route)


def long_form(route: object) -> object:
    """``route`` as an object, if it is a short form of one: nothing, ``"public"`` or a list of scopes."""
    if isinstance(route, Mapping | pulumi.Output):
        return route
    if isinstance(route, list | tuple):
        return {"scopes": list(route)}
    return {"public": True} if route == "public" else {}


def with_default_scopes(routes: Mapping[str, RouteArgs], scopes: Sequence[str]) -> dict[str, RouteArgs]:
    """``routes`` with the ``scopes`` of the API: of those that the authorizer protects, the ones without scopes of their own.

    An empty list is a list of one's own. A public route never has scopes, and a route with another authorization only its own:
    other issuers have other scopes, and API Gateway's JWT authorizer would take any one of several.
    """
    return {
        key: route
        if not scopes or route.get("public") or route.get("authorization") or route.get("scopes") is not None
        else {**route, "scopes": list(scopes)}
        for key, route in routes.items()
    }


def usable_default(scopes: list[str], faults: Faults) -> list[str]:
    """``scopes`` of the API, or none if the authorizer would reject them, so that no route has the same error once more."""
    found = scope_faults(scopes)
    for fault in found:
        faults.below(*fault.path).add(fault.message)
    check_distinct(scopes, faults)
    return [] if found else list(dict.fromkeys(scopes))


def routes_of(args: Mapping[str, object]) -> dict[str, RouteArgs]:
    """The routes of checked arguments, all of which are in their long form."""
    return cast("dict[str, RouteArgs]", args.get("routes", {}))
