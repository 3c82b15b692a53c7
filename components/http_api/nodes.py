"""The resources inside ``AuthorizedHttpApi`` and ``Domain``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pulumi_aws as aws

from ..execution_role import RoleNodes
from ..lambda_authorizer.nodes import FunctionNodes, JwtAuthorizerNodes


@dataclass(frozen=True)
class DomainNodes:
    """The resources of a custom domain name. Those of the certificate are `None` with `certificate_arn`."""

    domain_name: aws.apigatewayv2.DomainName
    """The custom domain name."""
    dns_records: Mapping[str, "aws.route53.Record"]
    """The DNS records by type, `A` and `AAAA`. Empty without `hosted_zone_id`."""
    certificate: "aws.acm.Certificate | None"
    """The certificate."""
    certificate_record: "aws.route53.Record | None"
    """The DNS record with which ACM validates the certificate."""
    certificate_validation: "aws.acm.CertificateValidation | None"
    """The validation of the certificate."""


class RouteNodes(NamedTuple):
    """Routes and what was created for them, by route key."""

    routes: Mapping[str, aws.apigatewayv2.Route]
    integrations: Mapping[str, aws.apigatewayv2.Integration]
    permissions: Mapping[str, aws.lambda_.Permission]
    roles: Mapping[str, RoleNodes]


@dataclass(frozen=True)
class AuthorizedHttpApiNodes(JwtAuthorizerNodes):
    """The resources of an `AuthorizedHttpApi`, including those of its `JwtAuthorizer`."""

    api: aws.apigatewayv2.Api
    """The API."""
    stage: aws.apigatewayv2.Stage
    """The stage `$default`."""
    access_log_group: aws.cloudwatch.LogGroup | None
    """The log group of the access logs. `None` without access logs, and with `stage.access_log_group_arn`."""
    routes: Mapping[str, aws.apigatewayv2.Route]
    """The routes by route key, also those for CORS and the well-known endpoints."""
    integrations: Mapping[str, aws.apigatewayv2.Integration]
    """The integrations by route key. Routes that have none of their own share that of the API."""
    route_permissions: Mapping[str, aws.lambda_.Permission]
    """The permissions to invoke Lambda functions, by route key. Those for CORS share one."""
    integration_roles: Mapping[str, RoleNodes]
    """The roles with which AWS services are called, by route key."""
    jwt_authorizers: Mapping[str, aws.apigatewayv2.Authorizer]
    """API Gateway's own JWT authorizers, by the names of `jwt_authorizers`."""
    domain: DomainNodes | None
    """The custom domain name. `None` without `domain`, and with `existing_name`."""
    api_mapping: aws.apigatewayv2.ApiMapping | None
    """The mapping of the domain name to the stage. `None` without `domain`."""
    well_known: FunctionNodes | None
    """The function of the well-known endpoints. `None` without `well_known`."""
    preflight: FunctionNodes | None
    """The function of the `OPTIONS` routes for CORS. `None` if there are none."""
    alarms: Mapping[str, aws.cloudwatch.MetricAlarm]
    """The alarms by the last part of their names, such as `errors`. Empty without `alarms`."""
    dashboard: aws.cloudwatch.Dashboard | None
    """The dashboard. `None` without `dashboard`."""
