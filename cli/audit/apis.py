"""The HTTP APIs of a stack as their callers see them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from .access import Access, Caller, access
from .authorizers import Authorizer, authorizer, listed, shown
from .backends import backend, uri_backend
from .resource import Opaque, Resource
from .stack import API, AUTHORIZER, DOMAIN, MAPPING, ROUTE, STAGE, Stack


@dataclass(frozen=True)
class Route:
    """A route."""

    key: str
    """The route key, such as ``GET /orders``."""
    access: Access
    """Who may call it."""
    backend: str
    """What answers, for a reader."""
    resource: Resource
    """The resource that declares it."""


@dataclass(frozen=True)
class Domain:
    """A custom domain name that is mapped to an API."""

    url: str
    mutual_tls: bool | None
    """Whether it requires client certificates; ``None`` if another stack has created it."""


@dataclass(frozen=True)
class Api:
    """An HTTP API."""

    name: str
    """The logical name; for an API of another stack, its id."""
    resource: Resource | None
    """``None`` for an API of another stack, or one that is not known yet."""
    routes: tuple[Route, ...]
    """The routes, by path."""
    authorizers: tuple[Authorizer, ...]
    """The authorizers, used or not."""
    stages: tuple[Resource, ...]
    """The stages."""
    domains: tuple[Domain, ...]
    """The custom domain names that are mapped to it."""

    @property
    def by_component(self) -> bool:
        """Whether ``AuthorizedHttpApi`` made it, so that whatever is open was asked for."""
        return self.resource is not None and self.resource.made_by("AuthorizedHttpApi")

    @property
    def default_endpoint(self) -> bool | Opaque | None:
        """Whether the default endpoint is enabled; ``None`` if the API is that of another stack."""
        if self.resource is None:
            return None
        disabled = self.resource.value("disableExecuteApiEndpoint")
        return disabled if isinstance(disabled, Opaque) else disabled is not True

    @property
    def cors(self) -> dict[str, Any] | None:
        """The CORS configuration, if there is one and it can be read."""
        value = self.resource.value("corsConfiguration") if self.resource else None
        return value if isinstance(value, dict) else None


def apis(stack: Stack) -> list[Api]:
    """The HTTP APIs that are in the stack, or to which its routes and authorizers belong, by name."""
    parts: dict[str, list[Resource]] = defaultdict(list)
    own = {resource.urn: resource for resource in stack.of(API)}
    for type_ in (ROUTE, AUTHORIZER, STAGE, MAPPING):
        for part in stack.of(type_):
            found = stack.referred(part, "apiId", API)
            parts[found.urn if found else _elsewhere(part.value("apiId"))].append(part)
    names = dict.fromkeys([*own, *parts])
    return [
        _api(stack, own.get(name), name, parts[name])
        for name in sorted(names, key=lambda name: own[name].name if name in own else name)
        if name not in own or own[name].value("protocolType") != "WEBSOCKET"
    ]


def _elsewhere(api_id: Any) -> str:
    return f"API {api_id} of another stack" if isinstance(api_id, str) else f"API {shown(api_id)}"


def _api(stack: Stack, api: Resource | None, name: str, parts: list[Resource]) -> Api:
    authorizers = {part.urn: authorizer(stack, part) for part in parts if part.type == AUTHORIZER}
    routes = [_route(stack, part, authorizers) for part in parts if part.type == ROUTE]
    if api is not None and api.value("target") is not None:
        key = shown(api.value("routeKey") or "$default")
        routes.append(Route(key, Access(Caller.ANYBODY, "anybody"), uri_backend(api.value("target")), api))
    return Api(
        name=api.name if api else name,
        resource=api,
        routes=tuple(sorted(routes, key=lambda route: _by_path(route.key))),
        authorizers=tuple(authorizers.values()),
        stages=tuple(part for part in parts if part.type == STAGE),
        domains=tuple(_domain(stack, part) for part in parts if part.type == MAPPING),
    )


def _route(stack: Stack, route: Resource, authorizers: dict[str, Authorizer]) -> Route:
    key = route.value("routeKey")
    referred = stack.referred(route, "authorizerId", AUTHORIZER)
    found = authorizers.get(referred.urn) if referred else None
    return Route(shown(key), access(route, key, found), backend(stack, route), route)


def _domain(stack: Stack, mapping: Resource) -> Domain:
    domain = stack.referred(mapping, "domainName", DOMAIN)
    name = mapping.value("domainName")
    path = mapping.value("apiMappingKey")
    return Domain(
        url="/".join(
            ["https:/", shown(domain.value("domainName") if domain else name), *map(shown, listed(path or None))]
        ),
        mutual_tls=bool(domain.value("mutualTlsAuthentication")) if domain else None,
    )


def _by_path(route_key: str) -> tuple[str, str]:
    """Routes of one path together."""
    method, _, path = route_key.partition(" ")
    return path, method
