"""The API of a token service: one of its own, or an existing one, which gets its routes."""

from typing import NamedTuple, TypedDict

import pulumi

from ..faults import Faults
from ..http_api.backends import own_backend, shared_backend
from ..http_api.nodes import RouteNodes
from ..http_api.route_resources import create_integrations
from ..http_api.route_resources import create_routes as create_public_routes
from ..http_api.stage import StageArgs
from .metadata import ROUTE_KEYS

TOKEN_ROUTE = "POST /token"  # noqa: S105 - a route

DEFAULT_RATE_LIMIT = 50
DEFAULT_BURST_LIMIT = 100
"""A signature of KMS costs fifty times as much as a request; all clients of an account share its quota of them."""


class TokenServiceApiArgs(TypedDict):
    """An existing HTTP API that gets the routes of the token service: outputs of `AuthorizedHttpApi`, whose `well_known` must
    not be set, since these routes include the same. Its stage must be deployed automatically; the throttling of the routes is
    that of the stage."""

    api_id: pulumi.Input[str]
    """ID of the API."""
    execution_arn: pulumi.Input[str]
    """ARN prefix for permissions that allow the API to invoke a function."""
    endpoint: pulumi.Input[str]
    """The URL of the API, such as "https://api.example.com"."""


class Api(NamedTuple):
    """The API that gets the routes."""

    id: pulumi.Output[str]
    execution_arn: pulumi.Output[str]


def create_routes(
    name: str,
    api: Api,
    token_arn: pulumi.Output[str],
    documents_arn: pulumi.Output[str],
    faults: Faults,
    opts: pulumi.ResourceOptions,
) -> RouteNodes:
    """The public routes of the token endpoint and of the documents, whose functions API Gateway may invoke by then."""
    backends = [
        own_backend(TOKEN_ROUTE, {"lambda_arn": token_arn}, faults),
        shared_backend("metadata", {"lambda_arn": documents_arn}, ROUTE_KEYS, faults),
    ]
    integrations = create_integrations(name, api.id, api.execution_arn, backends, None, opts)
    return create_public_routes(name, api.id, integrations, integrations, None, opts)


def throttled(stage: StageArgs) -> StageArgs:
    """``stage`` with the throttling of a token service, unless it has its own."""
    defaults: StageArgs = {
        "throttling_rate_limit": DEFAULT_RATE_LIMIT,
        "throttling_burst_limit": DEFAULT_BURST_LIMIT,
    }
    return {**defaults, **stage}
