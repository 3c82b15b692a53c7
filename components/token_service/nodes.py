"""The resources inside ``TokenService``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws

from ..http_api.nodes import DomainNodes
from ..kms.nodes import SigningKeysNodes
from ..lambda_authorizer.nodes import FunctionNodes


@dataclass(frozen=True)
class TokenServiceNodes:
    """The resources of a `TokenService`."""

    function: aws.lambda_.Function
    """The Lambda function that issues the tokens."""
    alias: aws.lambda_.Alias
    """The alias `live` of the function."""
    log_group: aws.cloudwatch.LogGroup
    """The log group of the function."""
    provisioned_concurrency: aws.lambda_.ProvisionedConcurrencyConfig | None
    """The initialized execution environments. `None` without `function.provisioned_concurrency`."""
    role: aws.iam.Role | None
    """The execution role of the function. `None` with `role`."""
    role_policy: aws.iam.RolePolicy
    """What the role is permitted, also the one that is given."""
    signing_keys: SigningKeysNodes | None
    """The keys. `None` with `keys`."""
    api: aws.apigatewayv2.Api | None
    """The API. `None` with `api`."""
    stage: aws.apigatewayv2.Stage | None
    """The stage `$default`. `None` with `api`."""
    access_log_group: aws.cloudwatch.LogGroup | None
    """The log group of the access logs. `None` without access logs, with `stage.access_log_group_arn`, and with `api`."""
    routes: Mapping[str, aws.apigatewayv2.Route]
    """The routes by route key."""
    integrations: Mapping[str, aws.apigatewayv2.Integration]
    """The integrations by route key."""
    route_permissions: Mapping[str, aws.lambda_.Permission]
    """The permissions to invoke the functions, by route key."""
    metadata: FunctionNodes
    """The function that publishes the keys and the metadata."""
    domain: DomainNodes | None
    """The custom domain name. `None` without `domain`, and with `existing_name`."""
    api_mapping: aws.apigatewayv2.ApiMapping | None
    """The mapping of the domain name to the stage. `None` without `domain`."""
    alarms: Mapping[str, aws.cloudwatch.MetricAlarm]
    """The alarms by the last part of their names, such as `errors`. Empty without `alarms`."""
