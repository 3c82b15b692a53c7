"""The resources inside ``AuthorizedHttpApi``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pulumi_aws as aws

from ..lambda_authorizer.nodes import JwtAuthorizerNodes


class RouteNodes(NamedTuple):
    """Routes and their integrations, by route key."""

    routes: Mapping[str, aws.apigatewayv2.Route]
    integrations: Mapping[str, aws.apigatewayv2.Integration]


@dataclass(frozen=True)
class AuthorizedHttpApiNodes(JwtAuthorizerNodes):
    """The resources of an `AuthorizedHttpApi`, including those of its `JwtAuthorizer`."""

    api: aws.apigatewayv2.Api
    """The API."""
    stage: aws.apigatewayv2.Stage
    """The stage `$default`."""
    routes: Mapping[str, aws.apigatewayv2.Route]
    """The routes by route key, also those for CORS and the well-known endpoints."""
    integrations: Mapping[str, aws.apigatewayv2.Integration]
    """The integrations by route key. Routes that have none of their own share that of the API."""
    jwt_authorizers: Mapping[str, aws.apigatewayv2.Authorizer]
    """API Gateway's own JWT authorizers, by the names of `jwt_authorizers`."""
    domain_name: aws.apigatewayv2.DomainName | None
    """The custom domain name. `None` without `domain`, and with `existing_name`."""
