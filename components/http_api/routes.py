"""The routes of an ``AuthorizedHttpApi``: what each requires, and the rules for all of them."""

from collections.abc import Collection, Mapping
from typing import NotRequired, TypedDict

import pulumi

from ..choices import Authorization, ScopesMatch
from ..faults import Faults
from ..lambda_authorizer.inputs import RouteScopesArgs
from ..route_keys import check_route_keys
from .integrations import IntegrationArgs, check_integration
from .resource_policy import MAX_POLICY_BYTES, policy_bytes

MAX_LIMIT = 2**31 - 1
"""The maximum throttling limit: the burst limit is a 32-bit integer in the provider's schema and in the API."""

MAX_ROUTES = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


class RouteArgs(TypedDict):
    """A route of the API. It requires a token unless it is `public`. In Python and in the program's configuration a list of
    scopes stands for a route that has only these, and "public" for one that is only public."""

    integration: NotRequired[IntegrationArgs]
    """The backend of the route. Default: the `integration` of the API."""
    public: NotRequired[bool]
    """Whether the route is accessible without a token. Default: false."""
    authorization: NotRequired[Authorization]
    """Another authorization than that of this library's authorizer. "iam": AWS Signature Version 4, by principals that IAM
    allows `execute-api:Invoke`. "jwt": one of the `jwt_authorizers` of the API. Default: this library's authorizer."""
    jwt_authorizer: NotRequired[str]
    """With `authorization` "jwt": the name of one of the `jwt_authorizers`. Default: the only one."""
    scopes: NotRequired[list[str]]
    """Scopes that a token must have for this route, instead of the `scopes` of the API; an empty list: none, so that every
    valid token is accepted. Default: the `scopes` of the API; with `authorization` none."""
    scopes_match: NotRequired[ScopesMatch]
    """"all" (default): the token must have every scope. "any": one of the scopes suffices, which is the only way of
    API Gateway's JWT authorizer, and required with `authorization` "jwt" and several scopes."""
    throttling_burst_limit: NotRequired[int]
    """Throttling burst limit of this route, in requests. Default: that of the stage."""
    throttling_rate_limit: NotRequired[float]
    """Throttling rate limit of this route, in requests per second. Default: that of the stage."""


Routes = Mapping[str, RouteArgs]
"""Route key -> route."""


def protected_routes(routes: Routes) -> dict[str, RouteScopesArgs]:
    """The routes that this library's authorizer protects, with the scopes that they require."""
    return {
        route_key: RouteScopesArgs(scopes=route.get("scopes", []), scopes_match=route.get("scopes_match", "all"))
        for route_key, route in routes.items()
        if not route.get("public") and "authorization" not in route
    }


def check_routes(
    name: str, routes: Routes, default: IntegrationArgs | None, added: Collection[str], faults: Faults
) -> None:
    """Record in ``faults`` what API Gateway, Lambda or the authorizer would reject in the routes of the API ``name``.

    ``default`` is the integration of the API, ``added`` are the keys of its additional routes; ``faults`` are those of the API.
    """
    if default is not None:
        check_integration(routes_without_integration(routes), default, faults.below("integration"))
    _check_policies(name, routes, default, faults)
    faults = faults.below("routes")
    if not routes:
        faults.add("at least one route is required")
    count = len({*routes, *added})
    if count > MAX_ROUTES:
        own = f", {len(added)} of them for CORS and the well-known endpoints" if added else ""
        faults.add(f"an HTTP API has at most {MAX_ROUTES} routes, and these are {count}{own}: split it into two APIs")
    check_route_keys(routes, faults)
    for route_key, route in routes.items():
        below = faults.below(route_key)
        if "integration" in route:
            check_integration([route_key], route["integration"], below.below("integration"))
        elif default is None:
            below.below("integration").missing(
                "write the backend of the route, or integration for all routes of the API"
            )
        if route.get("public") and route.get("scopes"):
            below.below("scopes").add(
                "has no effect on a public route, which requires no token: remove scopes or public"
            )
        check_distinct(route.get("scopes", []), below.below("scopes"))
        if "scopes_match" in route and not route.get("scopes"):
            below.below("scopes_match").add("has no effect without scopes: remove it")
        for limit in ("throttling_burst_limit", "throttling_rate_limit"):
            check_limit(route.get(limit), below.below(limit))


def check_no_scopes(routes: Routes, default: list[str], faults: Faults) -> None:
    """Record in ``faults`` the scopes that a function of one's own, ``function_arn``, would never know.

    ``default`` are those of the API, which these ``faults`` are of.
    """
    reason = "has no effect: the function of function_arn decides which scopes a token needs: remove it"
    if default:
        faults.below("scopes").add(reason)
    for route_key, route in routes.items():
        if route.get("scopes") and "authorization" not in route:
            faults.below("routes", route_key, "scopes").add(reason)


def routes_without_integration(routes: Routes) -> list[str]:
    """The keys of the routes that lead to the integration of the API."""
    return [route_key for route_key, route in routes.items() if "integration" not in route]


def _check_policies(name: str, routes: Routes, default: IntegrationArgs | None, faults: Faults) -> None:
    """Record an error for a function whose resource policy cannot hold the permissions of the routes that invoke it."""
    invoked_by: list[tuple[pulumi.Input[str], list[str]]] = []
    for route_key, route in routes.items():
        integration = route.get("integration", default)
        if integration is None or "lambda_arn" not in integration:
            continue
        lambda_arn = integration["lambda_arn"]
        for known, route_keys in invoked_by:
            # Outputs are compared by identity, since their values are not known yet.
            if known is lambda_arn or known == lambda_arn:
                route_keys.append(route_key)
                break
        else:
            invoked_by.append((lambda_arn, [route_key]))
    for lambda_arn, route_keys in invoked_by:
        size = policy_bytes(name, lambda_arn, route_keys)
        if size > MAX_POLICY_BYTES:
            place = ("routes", route_keys[0]) if "integration" in routes[route_keys[0]] else ()
            faults.below(*place, "integration", "lambda_arn").add(
                f"{len(route_keys)} routes invoke this function, and their permissions take {size} bytes of its "
                f"resource policy, which is limited to {MAX_POLICY_BYTES}: use fewer routes, for example with ANY or "
                "{proxy+}, or several functions or aliases"
            )


def check_distinct(scopes: list[str], faults: Faults) -> None:
    """Record in ``faults`` a scope that is listed twice."""
    for index, scope in enumerate(scopes):
        if scope in scopes[:index]:
            faults.below(index).add(f"{scope!r} is listed twice: remove one of them")


def check_limit(limit: object, faults: Faults) -> None:
    """Record in ``faults`` a throttling limit that would reject every request, or that exceeds a 32-bit integer."""
    if isinstance(limit, int | float) and limit < 1:
        faults.add(f"must be at least 1, and is {limit}: at 0 every request gets a 429")
    if isinstance(limit, int | float) and limit > MAX_LIMIT:
        faults.add(f"must be at most {MAX_LIMIT}, and is {limit}")
