"""The routes of an API as resources, with their integrations."""

from collections.abc import Collection, Iterable, Mapping

import pulumi
import pulumi_aws as aws

from ..names import route_suffix
from .integrations import Backend, create_integration
from .nodes import RouteNodes


def create_integrations(
    name: str,
    api_id: pulumi.Output[str],
    execution_arn: pulumi.Output[str],
    backends: Iterable[Backend],
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.apigatewayv2.Integration]:
    """The integrations by route key."""
    integrations: dict[str, aws.apigatewayv2.Integration] = {}
    for backend in backends:
        created = create_integration(name, api_id, execution_arn, backend, tags, opts)
        integrations.update(dict.fromkeys(backend.route_keys, created))
    return integrations


def create_routes(
    name: str,
    api_id: pulumi.Output[str],
    integrations: Mapping[str, aws.apigatewayv2.Integration],
    public: Collection[str],
    authorizer_id: pulumi.Output[str] | None,
    opts: pulumi.ResourceOptions,
) -> RouteNodes:
    """The routes that lead to these integrations; those that are not ``public`` have the authorizer."""
    routes = {
        route_key: aws.apigatewayv2.Route(
            f"{name}-route-{route_suffix(route_key)}",
            api_id=api_id,
            route_key=route_key,
            target=integration.id.apply(_target),
            # NONE is explicit, since a route that becomes public must lose its authorizer.
            authorization_type="NONE" if route_key in public else "CUSTOM",
            authorizer_id=None if route_key in public else authorizer_id,
            opts=opts,
        )
        for route_key, integration in integrations.items()
    }
    return RouteNodes(routes, integrations)


def _target(integration_id: str) -> str:
    return f"integrations/{integration_id}"
