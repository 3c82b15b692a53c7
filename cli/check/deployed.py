"""The configuration of the API as it is deployed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .account import Account, NotFound, read, read_all
from .promises import Promises
from .target import GET, NotOurs, Target


@dataclass(frozen=True)
class Deployed:
    """What API Gateway has. The values are those of its operations."""

    api: Mapping[str, Any]
    routes: Mapping[str, Mapping[str, Any]]
    """By route key."""
    authorizer: Mapping[str, Any]
    stage_name: str
    """That of the endpoint."""
    stages: Mapping[str, Mapping[str, Any]]
    """By name."""
    integrations: Mapping[str, str]
    """Integration id -> the URI of what it calls."""
    jwt_authorizers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """API Gateway's own, by id."""

    @property
    def stage(self) -> Mapping[str, Any]:
        """That of the endpoint."""
        return self.stages[self.stage_name]

    def is_protected(self, route_key: str) -> bool:
        """Whether the authorizer decides about the route."""
        route = self.routes.get(route_key, {})
        ours = route.get("AuthorizerId") == self.authorizer["AuthorizerId"]
        return route.get("AuthorizationType") == "CUSTOM" and ours

    def backend_of(self, route_key: str) -> str:
        """The URI that the route's integration calls."""
        target = str(self.routes[route_key].get("Target", ""))
        return self.integrations.get(target.rpartition("/")[2], target)

    @property
    def function_arn(self) -> str:
        """Of the function, version or alias that the authorizer invokes; empty if it invokes none."""
        return str(self.authorizer.get("AuthorizerUri", "")).partition("/functions/")[2].removesuffix("/invocations")


Read = Callable[[], Deployed]
"""What is deployed. Raises ``NotChecked`` if it may not be read."""


def read_deployed(promises: Promises, target: Target, account: Account) -> Deployed:
    """Read what is deployed. Raises ``NotOurs``, and ``NotChecked`` without the permission to read it."""
    gateway, endpoint, api_id = account.apigatewayv2, promises.endpoint, target.api_id
    try:
        api = read(GET, gateway.get_api, ApiId=api_id)
    except NotFound:
        raise NotOurs(
            f"{endpoint}: there is no HTTP API {api_id} in region {account.region} of this account: use --region and --profile "
            "of the account that it is in"
        ) from None
    routes = {route["RouteKey"]: route for route in read_all(GET, gateway.get_routes, "Items", ApiId=api_id)}
    authorizers = read_all(GET, gateway.get_authorizers, "Items", ApiId=api_id)
    stages = {stage["StageName"]: stage for stage in read_all(GET, gateway.get_stages, "Items", ApiId=api_id)}
    if target.stage not in stages:
        raise NotOurs(
            f"{endpoint}: the API has no stage {target.stage}, it has {', '.join(stages) or 'none'}: write its api_endpoint, "
            "without a path"
        )
    integrations = read_all(GET, gateway.get_integrations, "Items", ApiId=api_id)
    return Deployed(
        api,
        routes,
        _authorizer(promises, authorizers, routes),
        target.stage,
        stages,
        {item["IntegrationId"]: item.get("IntegrationUri", item["IntegrationId"]) for item in integrations},
        {item["AuthorizerId"]: item for item in authorizers if item.get("AuthorizerType") == "JWT"},
    )


def _authorizer(
    promises: Promises, authorizers: list[dict[str, Any]], routes: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The promised one, or the one that most routes have."""
    by_id = {item["AuthorizerId"]: item for item in authorizers if item.get("AuthorizerType") == "REQUEST"}
    if promises.authorizer_id is not None:
        # If it is gone, no route is protected by it, and each row of a route says so.
        return by_id.get(promises.authorizer_id, {"AuthorizerId": promises.authorizer_id})
    used = [route["AuthorizerId"] for route in routes.values() if route.get("AuthorizerId") in by_id]
    if not used:
        raise NotOurs(
            f"{promises.endpoint}: the API has no route with a Lambda authorizer: check is for those of AuthorizedHttpApi, "
            "or with a JwtAuthorizer"
        )
    return by_id[max(used, key=used.count)]
