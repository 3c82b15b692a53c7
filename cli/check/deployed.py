"""The configuration of the API as it is deployed."""

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .account import Account, NotFound, read, read_all
from .promises import Promises

GET = "apigateway:GET"
"""The IAM action of every read operation of API Gateway."""

_DEFAULT_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_EMULATED = re.compile(r"/_aws/execute-api/([a-z0-9]+)(/.*)?")
"""Where the emulator serves an API."""


class NotOurs(Exception):
    """The endpoint is not that of an API with a Lambda authorizer, in this account and region; the message says what to do."""


@dataclass(frozen=True)
class Deployed:
    """What API Gateway has. The values are those of its operations."""

    api_id: str
    routes: Mapping[str, Mapping[str, Any]]
    """By route key."""
    authorizer: Mapping[str, Any]
    stage: Mapping[str, Any]
    integrations: Mapping[str, str]
    """Integration id -> the URI of what it calls."""

    def is_protected(self, route_key: str) -> bool:
        """Whether the authorizer decides about the route."""
        route = self.routes[route_key]
        ours = route.get("AuthorizerId") == self.authorizer["AuthorizerId"]
        return route.get("AuthorizationType") == "CUSTOM" and ours

    def backend_of(self, route_key: str) -> str:
        """The URI that the route's integration calls."""
        target = str(self.routes[route_key].get("Target", ""))
        return self.integrations.get(target.rpartition("/")[2], target)

    @property
    def function_arn(self) -> str:
        """Of the function, version or alias that the authorizer invokes."""
        return str(self.authorizer.get("AuthorizerUri", "")).partition("/functions/")[2].removesuffix("/invocations")


def read_deployed(promises: Promises, account: Account) -> Deployed:
    """Read what is deployed. Raises ``NotOurs``, and ``NotChecked`` without the permission to read it."""
    gateway, endpoint = account.apigatewayv2, promises.endpoint
    api_id = promises.api_id or _api_id(endpoint, account)
    try:
        read(GET, gateway.get_api, ApiId=api_id)
    except NotFound:
        raise NotOurs(
            f"{endpoint}: there is no HTTP API {api_id} in region {account.region} of this account: use --region and --profile "
            "of the account that it is in"
        ) from None
    routes = {route["RouteKey"]: route for route in read_all(GET, gateway.get_routes, "Items", ApiId=api_id)}
    authorizers = read_all(GET, gateway.get_authorizers, "Items", ApiId=api_id)
    stages = {stage["StageName"]: stage for stage in read_all(GET, gateway.get_stages, "Items", ApiId=api_id)}
    integrations = read_all(GET, gateway.get_integrations, "Items", ApiId=api_id)
    return Deployed(
        api_id,
        routes,
        _authorizer(promises, authorizers, routes),
        stages.get(stage_name(endpoint), stages.get("$default", {})),
        {item["IntegrationId"]: item.get("IntegrationUri", item["IntegrationId"]) for item in integrations},
    )


def _authorizer(
    promises: Promises, authorizers: list[dict[str, Any]], routes: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The promised one, or the one that most routes have."""
    by_id = {item["AuthorizerId"]: item for item in authorizers if item.get("AuthorizerType") == "REQUEST"}
    if promises.authorizer_id in by_id:
        return by_id[promises.authorizer_id]
    used = [route["AuthorizerId"] for route in routes.values() if route.get("AuthorizerId") in by_id]
    if not used:
        raise NotOurs(
            f"{promises.endpoint}: the API has no route with a Lambda authorizer: check is for those of AuthorizedHttpApi, "
            "or with a JwtAuthorizer"
        )
    return by_id[max(used, key=used.count)]


def _api_id(endpoint: str, account: Account) -> str:
    parts = urllib.parse.urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise NotOurs(f"{endpoint}: not a URL: write the whole api_endpoint of an AuthorizedHttpApi, https:// included")
    if found := _DEFAULT_HOST.fullmatch(host):
        if found[2] != account.region:
            raise NotOurs(f"{endpoint}: the API is in region {found[2]}, not {account.region}: use --region {found[2]}")
        return found[1]
    if found := _EMULATED.fullmatch(parts.path):
        return found[1]
    try:
        mappings = read_all(GET, account.apigatewayv2.get_api_mappings, "Items", DomainName=host)
    except NotFound:
        mappings = []
    path = parts.path.strip("/")
    for mapping in mappings:
        if mapping.get("ApiMappingKey", "") == path:
            return str(mapping["ApiId"])
    raise NotOurs(
        f"{endpoint}: neither an endpoint of API Gateway nor one of its custom domains in region {account.region}: write the "
        "api_endpoint of an AuthorizedHttpApi, and use --region and --profile of its account"
    )


def stage_name(endpoint: str) -> str:
    """The name of the stage that the API's own endpoint is of."""
    path = urllib.parse.urlsplit(endpoint).path
    emulated = _EMULATED.fullmatch(path)
    return ((emulated[2] or "") if emulated else path).strip("/") or "$default"
