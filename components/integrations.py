"""Integrations: what stands behind a route."""

from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .names import route_suffix
from .route_keys import invocation_path
from .validation import Faults


class IntegrationArgs(TypedDict):
    """What stands behind a route: exactly one of the targets."""

    lambda_arn: NotRequired[pulumi.Input[str]]
    """ARN of a Lambda function. The permission for this route to invoke it is created too."""
    http_url: NotRequired[pulumi.Input[str]]
    """URL of an HTTP endpoint on the internet, https:// or http://."""


TARGETS = ("lambda_arn", "http_url")


class SharedIntegration(NamedTuple):
    """An integration and the routes that share it."""

    integration: IntegrationArgs
    route_keys: list[str]


def share(integrations: Mapping[str, IntegrationArgs]) -> list[SharedIntegration]:
    """Route key -> integration, with equal integrations brought together: an API may have 300 of them."""
    shared: list[SharedIntegration] = []
    for route_key, integration in sorted(integrations.items()):
        for known in shared:
            # Outputs are equal only to themselves, which is what is known of them while they are not resolved.
            if known.integration == integration:
                known.route_keys.append(route_key)
                break
        else:
            shared.append(SharedIntegration(integration, [route_key]))
    return shared


def create_integration(
    name: str, api: aws.apigatewayv2.Api, shared: SharedIntegration, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The target (``integrations/<id>``) for routes, known once the routes may use it."""
    integration, route_keys = shared
    resource_name = f"{name}-integration-{route_suffix(route_keys[0])}"
    if "lambda_arn" not in integration:
        proxy = aws.apigatewayv2.Integration(
            resource_name,
            api_id=api.id,
            integration_type="HTTP_PROXY",
            integration_method="ANY",
            integration_uri=integration.get("http_url"),
            payload_format_version="1.0",
            opts=opts,
        )
        return pulumi.Output.format("integrations/{0}", proxy.id)
    lambda_arn = integration["lambda_arn"]
    function = aws.apigatewayv2.Integration(
        resource_name,
        api_id=api.id,
        integration_type="AWS_PROXY",
        integration_method="POST",
        integration_uri=lambda_arn,
        payload_format_version="2.0",
        opts=opts,
    )
    permissions = [
        aws.lambda_.Permission(
            f"{name}-permission-{route_suffix(route_key)}",
            action="lambda:InvokeFunction",
            function=lambda_arn,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.format("{0}/*/{1}", api.execution_arn, invocation_path(route_key)),
            opts=opts,
        )
        for route_key in route_keys
    ]
    # A route that is there before its permission would answer 500 for a moment.
    return pulumi.Output.all(function.id, *[permission.id for permission in permissions]).apply(
        lambda ids: f"integrations/{ids[0]}"
    )


def check_integration(integration: IntegrationArgs, faults: Faults) -> None:
    """Note in ``faults`` an integration without a target, or with several."""
    targets = [target for target in TARGETS if target in integration]
    if len(targets) != 1:
        found = f"and has {' and '.join(targets)}" if targets else "and has none"
        faults.add(f"must have exactly one of {', '.join(TARGETS)}, {found}")
    url = integration.get("http_url", "https://")
    if isinstance(url, str) and not url.startswith(("https://", "http://")):
        faults.below("http_url").add(f"must start with https:// or http://, and is {url!r}")
