"""The routes of an API as resources, with their integrations."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

import pulumi
import pulumi_aws as aws

from ..names import route_suffix
from .integrations import Backend, IntegrationNodes, create_integration
from .nodes import RouteNodes
from .route_authorization import RouteAuthorization


def create_integrations(
    name: str,
    api_id: pulumi.Output[str],
    execution_arn: pulumi.Output[str],
    backends: Iterable[Backend],
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> dict[str, IntegrationNodes]:
    """The integrations by route key."""
    integrations: dict[str, IntegrationNodes] = {}
    for backend in backends:
        created = create_integration(name, api_id, execution_arn, backend, tags, opts)
        integrations.update(dict.fromkeys(backend.route_keys, created))
    return integrations


def create_routes(
    name: str,
    api_id: pulumi.Output[str],
    integrations: Mapping[str, IntegrationNodes],
    public: Collection[str],
    authorizer_id: pulumi.Output[str] | None,
    opts: pulumi.ResourceOptions,
    beside: Mapping[str, RouteAuthorization] = MappingProxyType({}),
) -> RouteNodes:
    """The routes that lead to these integrations; those that are neither ``public`` nor ``beside`` have the authorizer."""
    # NONE is explicit, since a route that becomes public must lose its authorizer.
    none, ours = RouteAuthorization("NONE"), RouteAuthorization("CUSTOM", authorizer_id)
    authorizations = {key: beside.get(key) or (none if key in public else ours) for key in integrations}
    routes = {
        route_key: aws.apigatewayv2.Route(
            f"{name}-route-{route_suffix(route_key)}",
            api_id=api_id,
            route_key=route_key,
            target=backend.integration.id.apply(_target),
            authorization_type=authorizations[route_key].type,
            authorizer_id=authorizations[route_key].authorizer_id,
            authorization_scopes=authorizations[route_key].scopes,
            opts=opts,
        )
        for route_key, backend in integrations.items()
    }
    return RouteNodes(
        routes,
        {route_key: backend.integration for route_key, backend in integrations.items()},
        {route_key: found for backend in integrations.values() for route_key, found in backend.permissions.items()},
        {route_key: backend.role for route_key, backend in integrations.items() if backend.role},
    )


def _target(integration_id: str) -> str:
    return f"integrations/{integration_id}"
