"""Public ``OPTIONS`` routes for protected catch-all routes, and the function behind them, which does nothing.

A protected ``ANY`` or ``$default`` route matches ``OPTIONS`` too and answers preflight requests with 401, since browsers send
no token with them. A public ``OPTIONS`` route is more specific and takes precedence. API Gateway answers an ``OPTIONS``
request itself only if it has both ``Origin`` and ``Access-Control-Request-Method``; every other one reaches the integration
of the route, which must therefore not be that of the protected route. HTTP APIs have no mock integrations, so it is a function.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pulumi
import pulumi_aws as aws

from ..execution_role import create_role
from ..lambda_authorizer.function_settings import FunctionSettingsArgs, package_target
from ..lambda_authorizer.live_alias import create_live_alias
from ..lambda_authorizer.nodes import FunctionNodes
from ..route_keys import DEFAULT_ROUTE, path_pattern
from .nodes import IntegrationNodes

_SOURCE = Path(__file__).resolve().parent / "functions" / "preflight.py"


def preflight_route_keys(routes: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The ``OPTIONS`` routes to add to ``routes``.

    None is added if ``routes`` has one for these requests, an ``OPTIONS`` route or a public ``ANY`` route with the same path,
    whatever the names of its parameters.
    """
    covered = {
        path_pattern(path)
        for method, _, path in (route_key.partition(" ") for route_key in routes)
        if method == "OPTIONS" or (method == "ANY" and routes[f"ANY {path}"].get("public"))
    }
    added = []
    for route_key, route in routes.items():
        if route.get("public"):
            continue
        for path in _caught_paths(route_key):
            if path_pattern(path) not in covered:
                covered.add(path_pattern(path))
                added.append(f"OPTIONS {path}")
    return sorted(added)


def _caught_paths(route_key: str) -> list[str]:
    """The paths whose ``OPTIONS`` requests the route matches, among others."""
    if route_key == DEFAULT_ROUTE:
        return ["/", "/{proxy+}"]
    return [route_key.removeprefix("ANY ")] if route_key.startswith("ANY ") else []


class Preflight(NamedTuple):
    """What answers ``OPTIONS`` requests."""

    integration: IntegrationNodes
    function: FunctionNodes


def create_preflight(
    name: str,
    api: aws.apigatewayv2.Api,
    route_keys: list[str],
    settings: FunctionSettingsArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> Preflight:
    """The integration of the ``OPTIONS`` routes ``route_keys``; its function has the runtime of the authorizer."""
    # Without any permission, not even to write logs: so Lambda creates no log group, which nobody would delete.
    role_arn, role = create_role(name, "lambda.amazonaws.com", {}, tags, opts)
    runtime, architecture, _ = package_target(settings)
    function = aws.lambda_.Function(
        f"{name}-lambda",
        description="Answers OPTIONS requests in place of protected backends",
        role=role_arn,
        runtime=runtime,
        architectures=[architecture],
        handler="preflight.handler",
        code=pulumi.AssetArchive({"preflight.py": pulumi.FileAsset(str(_SOURCE))}),
        timeout=3,
        publish=True,
        tags=tags,
        opts=opts,
    )
    alias = create_live_alias(name, function, opts).alias
    # One for all routes: one for each would exceed the limit of the function's resource policy, and nothing is protected.
    permission = aws.lambda_.Permission(
        f"{name}-permission",
        action="lambda:InvokeFunction",
        function=function.name,
        qualifier=alias.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.format("{0}/*/OPTIONS/*", api.execution_arn),
        opts=opts,
    )
    integration = aws.apigatewayv2.Integration(
        f"{name}-integration",
        api_id=api.id,
        integration_type="AWS_PROXY",
        integration_method="POST",
        integration_uri=alias.arn,
        payload_format_version="2.0",
        timeout_milliseconds=5000,
        # A route that exists before its permission would answer 500.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[permission])),
    )
    permissions = dict.fromkeys(route_keys, permission)
    return Preflight(
        IntegrationNodes(integration, permissions), FunctionNodes(function, alias, None, role.role, role.policies)
    )
