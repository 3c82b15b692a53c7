"""The routes of an ``AuthorizedHttpApi``: what each asks for, and the rules they keep together."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from .authorizer_config import RouteScopesArgs
from .cors import CorsArgs
from .integrations import IntegrationArgs, check_integration, share
from .route_keys import DEFAULT_ROUTE, route_key_fault
from .validation import Faults

MAX_ROUTES = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


MAX_ROUTES_PER_FUNCTION = 50
"""A permission takes some 380 bytes, and a function's resource policy 20 KB.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class RouteArgs(TypedDict):
    """A route of the API. It needs a token, unless it says that it is public."""

    integration: IntegrationArgs
    """What stands behind the route."""
    public: NotRequired[bool]
    """Whether the route is open to everybody. Default false."""
    scopes: NotRequired[list[str]]
    """The scopes that a token must have for this route. Default none: any valid token will do."""
    scopes_match: NotRequired[str]
    """"all" (default): the token has every one of the scopes. "any": one of them is enough."""
    throttling_burst_limit: NotRequired[int]
    """Requests to this route that may come at once. Default: that of the stage."""
    throttling_rate_limit: NotRequired[float]
    """Requests per second to this route in the long run. Default: that of the stage."""


Routes = Mapping[str, RouteArgs]
"""Route key -> route."""


def protected_routes(routes: Routes) -> dict[str, RouteScopesArgs]:
    """The routes that need a token, with the scopes they ask for."""
    return {
        route_key: RouteScopesArgs(scopes=route.get("scopes", []), match=route.get("scopes_match", "all"))
        for route_key, route in routes.items()
        if not route.get("public")
    }


def with_preflight(routes: Routes, cors: CorsArgs | None) -> dict[str, RouteArgs]:
    """``routes`` and, where CORS is on, a public ``OPTIONS`` route beside each that would take preflight requests.

    A protected ``ANY`` or ``$default`` route catches ``OPTIONS`` too and would answer 401, as browsers send no token with a
    preflight request. The more specific route wins, and API Gateway answers it itself.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    completed = dict(routes)
    if cors is None:
        return completed
    for route_key, route in routes.items():
        if route.get("public"):
            continue
        if route_key == DEFAULT_ROUTE:
            paths = ["/", "/{proxy+}"]
        elif route_key.startswith("ANY "):
            paths = [route_key.removeprefix("ANY ")]
        else:
            continue
        for path in paths:
            completed.setdefault(f"OPTIONS {path}", RouteArgs(integration=route["integration"], public=True))
    return completed


def check_routes(routes: Routes, cors: CorsArgs | None, faults: Faults) -> None:
    """Note in ``faults`` what API Gateway, Lambda or the authorizer would refuse."""
    if not routes:
        faults.add("at least one route is needed")
    count = len(with_preflight({key: route for key, route in routes.items() if "integration" in route}, cors))
    if count > MAX_ROUTES:
        faults.add(f"an HTTP API has at most {MAX_ROUTES} routes, and these are {count}: make two APIs of it")
    shared = share({key: route["integration"] for key, route in routes.items() if "integration" in route})
    for integration, route_keys in shared:
        if "lambda_arn" in integration and len(route_keys) > MAX_ROUTES_PER_FUNCTION:
            faults.below(route_keys[0], "integration", "lambda_arn").add(
                f"{len(route_keys)} routes invoke this function, and its resource policy holds the permissions of about "
                f"{MAX_ROUTES_PER_FUNCTION}: use fewer, as with ANY or {{proxy+}}, or several functions"
            )
    for route_key, route in routes.items():
        below = faults.below(route_key)
        if fault := route_key_fault(route_key):
            below.add(fault)
        if "integration" in route:
            check_integration(route["integration"], below.below("integration"))
        if route.get("public") and route.get("scopes"):
            below.below("scopes").add("a public route asks for no token and so for no scopes: remove scopes or public")
        if "scopes_match" in route and not route.get("scopes"):
            below.below("scopes_match").add("has no effect without scopes: remove it")
        for limit in ("throttling_burst_limit", "throttling_rate_limit"):
            check_limit(route.get(limit), below.below(limit))


def check_limit(limit: object, faults: Faults) -> None:
    """Note in ``faults`` a throttling limit at which nothing would come through."""
    if isinstance(limit, int | float) and limit < 1:
        faults.add(f"must be at least 1, and is {limit}: at 0 every request gets a 429")
