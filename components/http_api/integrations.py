"""Integrations: the backends of routes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations.html
"""

import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..arns import qualifier_of, unqualified
from ..execution_role import RoleNodes
from ..faults import Faults
from ..late_checks import checked_later
from ..names import route_suffix
from ..parameter_mappings import REQUEST, RESPONSE, check_mappings, checked_mappings
from ..route_keys import METHODS, invocation_path
from ..validation import check_range
from .service_integrations import ServiceArgs, check_service, create_service_role


class VpcLinkArgs(TypedDict):
    """A private integration through a VPC link."""

    vpc_link_id: pulumi.Input[str]
    """ID of the VPC link."""
    listener_arn: pulumi.Input[str]
    """ARN of the listener of an Application or Network Load Balancer, or of a Cloud Map service."""
    method: NotRequired[str]
    """HTTP method of the request to the backend. Default: that of the caller's request."""
    tls_server_name: NotRequired[str]
    """Server name to verify in the backend's certificate. Default: plain HTTP."""


class IntegrationArgs(TypedDict):
    """The backend of a route: exactly one of `lambda_arn`, `http_url`, `vpc_link` and `service`."""

    lambda_arn: NotRequired[pulumi.Input[str]]
    """ARN of a Lambda function, version or alias; not its invoke ARN. A permission for this route to invoke it is
    created."""
    http_url: NotRequired[pulumi.Input[str]]
    """URL of a public HTTP endpoint, https:// or http://, which may contain {path} parameters of the route."""
    vpc_link: NotRequired[VpcLinkArgs]
    """A private integration through a VPC link."""
    service: NotRequired[ServiceArgs]
    """An AWS service integration. A role for the call is created."""
    request_parameters: NotRequired[dict[str, pulumi.Input[str]]]
    """Parameter mapping of requests, such as {"overwrite:header.x-caller": "$context.authorizer.sub"}. Not with
    lambda_arn."""
    response_parameters: NotRequired[dict[str, dict[str, pulumi.Input[str]]]]
    """Parameter mapping of responses by status code, such as {"200": {"remove:header.server": "''"}}."""
    timeout_milliseconds: NotRequired[int]
    """Timeout of the integration in milliseconds, 50 to 30000. Default: 30000."""


_PARAMETER = re.compile(r"\{([^{}]*)\}")
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.\w+\}")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_NOT_IN_URLS = re.compile(r"[^!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]")
"""RFC 3986 section 2."""

_STATUS = re.compile(r"[2-5][0-9]{2}")

TARGETS = ("lambda_arn", "http_url", "vpc_link", "service")


class Backend(NamedTuple):
    """An integration, and the routes that lead there."""

    label: str
    """The end of its name."""
    short_label: str
    """The end of the name of its role."""
    integration: IntegrationArgs
    route_keys: Sequence[str]
    faults: Faults
    """Those of the integration, for Outputs, which are checked once they are known."""


class IntegrationNodes(NamedTuple):
    """An integration, and what was created for it."""

    integration: aws.apigatewayv2.Integration
    permissions: Mapping[str, aws.lambda_.Permission]
    """By route key."""
    role: RoleNodes | None = None
    """With which an AWS service is called."""


def create_integration(
    name: str,
    api: pulumi.Output[str],
    execution_arn: pulumi.Output[str],
    backend: Backend,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> IntegrationNodes:
    """The integration for routes of ``api``, known once the routes may use it."""
    integration, route_keys, faults = backend.integration, backend.route_keys, backend.faults
    args = aws.apigatewayv2.IntegrationArgs(
        api_id=api,
        integration_type="HTTP_PROXY",
        payload_format_version="1.0",
        request_parameters=checked_mappings(
            integration["request_parameters"], REQUEST, faults.below("request_parameters")
        )
        if "request_parameters" in integration
        else None,
        response_parameters=[
            aws.apigatewayv2.IntegrationResponseParameterArgs(
                status_code=status,
                mappings=checked_mappings(mappings, RESPONSE, faults.below("response_parameters", status)),
            )
            for status, mappings in integration.get("response_parameters", {}).items()
        ],
        timeout_milliseconds=integration.get("timeout_milliseconds", 30000),
    )
    permissions: dict[str, aws.lambda_.Permission] = {}
    role = None
    if "lambda_arn" in integration:
        args.integration_type, args.integration_method = "AWS_PROXY", "POST"
        args.integration_uri, args.payload_format_version = integration["lambda_arn"], "2.0"
        permissions = _permissions(name, integration["lambda_arn"], execution_arn, route_keys, opts)
    elif "http_url" in integration:
        args.integration_method = "ANY"
        args.integration_uri = checked_later(
            integration["http_url"], lambda url: _url_fault(url, route_keys), faults.below("http_url")
        )
    elif "vpc_link" in integration:
        link = integration["vpc_link"]
        args.integration_method, args.integration_uri = link.get("method", "ANY"), link["listener_arn"]
        args.connection_type, args.connection_id = "VPC_LINK", link["vpc_link_id"]
        if "tls_server_name" in link:
            args.tls_config = aws.apigatewayv2.IntegrationTlsConfigArgs(server_name_to_verify=link["tls_server_name"])
    elif "service" in integration:
        service = integration["service"]
        args.integration_type, args.integration_subtype = "AWS_PROXY", service["subtype"]
        below = faults.below("service", "parameters")
        args.request_parameters = checked_mappings(service["parameters"], REQUEST, below)
        role_name = f"{name}-service-{backend.short_label}"
        created_role = None if "role_arn" in service else create_service_role(role_name, service, tags, opts)
        args.credentials_arn = created_role.arn if created_role else service["role_arn"]
        role = created_role.nodes if created_role else None
    # API Gateway answers 500 for a function without permission: at a new route, and where another function takes over.
    permitted = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[*permissions.values()]))
    created = aws.apigatewayv2.Integration(f"{name}-integration-{backend.label}", args, permitted)
    return IntegrationNodes(created, permissions, role)


def _permissions(
    name: str,
    lambda_arn: pulumi.Input[str],
    execution_arn: pulumi.Output[str],
    route_keys: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> dict[str, aws.lambda_.Permission]:
    """A permission for each route, which applies only to that route."""
    arn: pulumi.Output[str] = pulumi.Output.from_input(lambda_arn)
    return {
        route_key: aws.lambda_.Permission(
            f"{name}-permission-{route_suffix(route_key)}",
            action="lambda:InvokeFunction",
            function=arn.apply(unqualified),
            qualifier=arn.apply(qualifier_of),
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.format("{0}/*/{1}", execution_arn, invocation_path(route_key)),
            opts=opts,
        )
        for route_key in route_keys
    }


def check_integration(route_keys: Sequence[str], integration: IntegrationArgs, faults: Faults) -> None:
    """Record in ``faults`` an integration without a target or with several, and what API Gateway would reject in it, as the
    backend of these routes."""
    targets = [target for target in TARGETS if target in integration]
    if len(targets) != 1:
        found = f"and has {' and '.join(targets)}" if targets else "and has none"
        faults.add(f"must have exactly one of {', '.join(TARGETS)}, {found}")
    url = integration.get("http_url")
    if isinstance(url, str) and (fault := _url_fault(url, route_keys)):
        faults.below("http_url").add(fault)
    method = integration.get("vpc_link", {}).get("method", "ANY")
    if method not in METHODS:
        faults.below("vpc_link", "method").add(f"must be one of {', '.join(METHODS)}, and is {method!r}")
    if "service" in integration:
        check_service(integration["service"], faults.below("service"))
    if "request_parameters" in integration:
        if "lambda_arn" in integration:
            faults.below("request_parameters").add("has no effect on a Lambda function: remove it")
        if "service" in integration:
            faults.below("request_parameters").add(
                "the parameters of an AWS service are in service.parameters: move them there"
            )
        if "lambda_arn" not in integration and "service" not in integration:
            check_mappings(integration["request_parameters"], REQUEST, faults.below("request_parameters"))
    for status, mappings in integration.get("response_parameters", {}).items():
        below = faults.below("response_parameters", status)
        if not _STATUS.fullmatch(status):
            below.add('the key must be a status from "200" to "599"')
        check_mappings(mappings, RESPONSE, below)
    timeout = integration.get("timeout_milliseconds")
    check_range(timeout, 50, 30000, "milliseconds", faults.below("timeout_milliseconds"))


def _url_fault(url: object, route_keys: Sequence[str]) -> str | None:
    """Why ``url`` is invalid as the backend of these routes, whose parameters it may contain in braces."""
    if not isinstance(url, str) or not url.lower().startswith(("https://", "http://")):
        return f"must start with https:// or http://, and is {url!r}"
    # Both may also be in place of a port.
    given = _STAGE_VARIABLE.sub("1", url)
    plain = _PARAMETER.sub("1", given)
    if odd := _NOT_IN_URLS.search(plain):
        return f"has the character {odd[0]!r}, which is not allowed in URLs (RFC 3986 section 2): percent-encode it in {url!r}"
    for route_key in route_keys:
        known = [name.removesuffix("+") for name in _PARAMETER.findall(route_key)]
        if unknown := [name for name in _PARAMETER.findall(given) if name.removesuffix("+") not in known]:
            instead = f"its parameters are {', '.join(f'{{{name}}}' for name in known)}" if known else "it has none"
            return f"has {{{unknown[0]}}}, which is not a parameter of the route {route_key}: {instead}"
    try:
        parts = urllib.parse.urlsplit(plain)
        found, _ = parts.hostname, parts.port
    except ValueError:
        found = None
    host = parts.netloc.rpartition("@")[2] if found else ""
    if not _HOST.fullmatch(re.sub(r":[0-9]*$", "", host)):
        return (
            "must have a host after the scheme, and a port of at most 65535 if any, such as https://example.com/, and is "
            f"{url!r}"
        )
    return None
