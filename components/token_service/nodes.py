"""The resources inside ``TokenService``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws

from ..kms.nodes import SigningKeysNodes


@dataclass(frozen=True)
class TokenServiceNodes:
    """The resources of a `TokenService`."""

    function: aws.lambda_.Function
    """The Lambda function that issues the tokens."""
    alias: aws.lambda_.Alias
    """The alias `live` of the function."""
    log_group: aws.cloudwatch.LogGroup
    """The log group of the function."""
    role: aws.iam.Role | None
    """The execution role of the function. `None` with `role`."""
    signing_keys: SigningKeysNodes | None
    """The keys. `None` with `keys`."""
    api: aws.apigatewayv2.Api | None
    """The API. `None` with `api`."""
    stage: aws.apigatewayv2.Stage | None
    """The stage `$default`. `None` with `api`."""
    routes: Mapping[str, aws.apigatewayv2.Route]
    """The routes by route key."""
    integrations: Mapping[str, aws.apigatewayv2.Integration]
    """The integrations by route key."""
    domain_name: aws.apigatewayv2.DomainName | None
    """The custom domain name. `None` without `domain`, and with `existing_name`."""
