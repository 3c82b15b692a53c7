"""The HTTP APIs of a deployed stack: where they are, what their routes ask for, and where these lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..package_config import package_config
from ..packages.authorizer import parse_config

if TYPE_CHECKING:
    from ..packages.emulator import Deployed

_API, _ROUTE = "aws:apigatewayv2/api:Api", "aws:apigatewayv2/route:Route"
_INTEGRATION, _AUTHORIZER = "aws:apigatewayv2/integration:Integration", "aws:apigatewayv2/authorizer:Authorizer"
_FUNCTION = "aws:lambda/function:Function"


@dataclass(frozen=True)
class Route:
    """A route of an API."""

    key: str
    """As ``GET /orders``."""
    asks: str
    """What a request needs: ``public``, ``token``, ``token, orders:read``."""
    target: str
    """Where it leads, as ``lambda whoami``; empty if nowhere."""
    scopes: tuple[str, ...] = ()
    """One of them or all of them, as ``asks`` says."""

    @property
    def is_public(self) -> bool:
        """Whether no token is needed."""
        return self.asks == "public"


@dataclass(frozen=True)
class Api:
    """An HTTP API."""

    id: str
    name: str
    endpoint: str
    routes: tuple[Route, ...]
    config: Mapping[str, Any] | None = field(default=None, compare=True, repr=False)
    """``config.json`` of its authorizer; ``None`` without one of this package."""
    log_groups: tuple[str, ...] = ()
    """Of its authorizers."""
    functions: tuple[str, ...] = ()
    """The names of its authorizers' functions, for ``--function`` of other commands."""

    def fields(self) -> Mapping[str, Any]:
        """For programs."""
        routes = [{"key": route.key, "asks": route.asks, "target": route.target} for route in self.routes]
        return {"name": self.name, "endpoint": self.endpoint, "authorizers": list(self.functions), "routes": routes}


def apis_of(resources: Iterable["Deployed"]) -> tuple[Api, ...]:
    """The APIs among ``resources``, in the order of their deployment."""
    listed = list(resources)
    return tuple(_api(item, listed) for item in listed if item.type == _API)


def _api(api: "Deployed", resources: list["Deployed"]) -> Api:
    def own(kind: str) -> list["Deployed"]:
        return [item for item in resources if item.type == kind and item.inputs.get("apiId") == api.id]

    functions = {item.id: item for item in resources if item.type == _FUNCTION}
    authorizers = {item.id: _function(str(item.inputs.get("authorizerUri")), functions) for item in own(_AUTHORIZER)}
    configs = {name: _config(function) for name, function in authorizers.items() if function}
    targets = {item.id: _target(item.inputs, functions) for item in own(_INTEGRATION)}
    routes = tuple(_route(item.inputs, configs, targets) for item in own(_ROUTE))
    of_authorizers = [function for function in authorizers.values() if function]
    groups = dict.fromkeys(map(_log_group, of_authorizers))
    names = dict.fromkeys(function.id for function in of_authorizers)
    config = next((config for config in configs.values() if config), None)
    return Api(api.id, api.name, str(api.outputs["apiEndpoint"]), routes, config, tuple(groups), tuple(names))


def _route(inputs: Mapping[str, Any], configs: Mapping[str, Any], targets: Mapping[str, str]) -> Route:
    key = inputs["routeKey"]
    target = targets.get((inputs.get("target") or "").removeprefix("integrations/"), "")
    kind = inputs.get("authorizationType") or "NONE"
    if kind == "NONE":
        return Route(key, "public", target)
    config = configs.get(inputs.get("authorizerId") or "")
    if not config:
        return Route(key, "an authorizer" if kind == "CUSTOM" else kind, target)
    wanted = (config.get("routes") or {}).get(key) or {}
    scopes = tuple(wanted.get("scopes") or ())
    joined = (" or " if wanted.get("scopes_match") == "any" else " ").join(scopes)
    bound = "bound token" if config.get("bound_tokens") == "required" else "token"
    return Route(key, f"{bound}, {joined}" if scopes else bound, target, scopes)


def _function(uri: str, functions: Mapping[str, "Deployed"]) -> "Deployed | None":
    """The function of a URI, which ends in its ARN, or in that of one of its versions or aliases."""
    return functions.get(_function_name(uri))


def _function_name(uri: str) -> str:
    return uri.partition(":function:")[2].removesuffix("/invocations").partition(":")[0]


def _config(function: "Deployed") -> Mapping[str, Any] | None:
    """``None`` of an authorizer that is not this package's, whatever a file of that name may hold there."""
    code = function.inputs.get("code")
    if code is None:  # a container image, or an object in S3
        return None
    try:
        document = package_config(code.pack())
        parse_config(document)
    except ValueError:
        return None
    return document


def _log_group(function: "Deployed") -> str:
    configured = (function.inputs.get("loggingConfig") or {}).get("logGroup")
    return str(configured or f"/aws/lambda/{function.id}")


def _target(inputs: Mapping[str, Any], functions: Mapping[str, "Deployed"]) -> str:
    uri = str(inputs.get("integrationUri") or "")
    if subtype := inputs.get("integrationSubtype"):
        return str(subtype)
    if ":function:" not in uri:
        return uri
    function = _function(uri, functions)  # by the name in the program: the function's own may have a random end
    return f"lambda {function.name if function else _function_name(uri)}"
