"""The inputs of ``AuthorizedHttpApi``."""

from typing import NotRequired

from ..lambda_authorizer.inputs import AuthorizerArgs, AuthorizerOptions
from ..validation import only
from .alarms import AlarmsArgs
from .api_domain_inputs import ApiDomainArgs
from .cors import CorsArgs
from .integrations import IntegrationArgs
from .route_authorization import BuiltInJwtAuthorizerArgs
from .route_defaults import RoutesInput, routes_of
from .routes import protected_routes
from .stage import StageArgs
from .well_known import WellKnownArgs


class AuthorizedHttpApiArgs(AuthorizerOptions):
    """An HTTP API that allows only requests with a valid token. `issuer`, `audience` and `keys` are required unless
    `function_arn` is set."""

    routes: RoutesInput
    """Routes by route key, such as "GET /orders/{id}" or "$default"."""
    integration: NotRequired[IntegrationArgs]
    """The backend of the routes that have no `integration` of their own. Default: every route must have one."""
    scopes: NotRequired[list[str]]
    """Scopes that a token must have for the routes that have no `scopes` of their own, except public ones and those with
    `authorization`. Default: none, so that every valid token is accepted."""
    jwt_authorizers: NotRequired[dict[str, BuiltInJwtAuthorizerArgs]]
    """API Gateway's own JWT authorizers by name, for routes with `authorization` "jwt". Default: none."""
    stage: NotRequired[StageArgs]
    """The stage: throttling, metrics, access logs."""
    cors: NotRequired[CorsArgs]
    """Cross-origin resource sharing: which web pages may call the API. Default: none."""
    domain: NotRequired[ApiDomainArgs]
    """A custom domain name, which the API may share with others, in addition to the default endpoint or, with
    `disable_default_endpoint`, instead of it. Default: none."""
    well_known: NotRequired[WellKnownArgs]
    """Publish the JWKS and the OpenID configuration. Default: not published."""
    alarms: NotRequired[AlarmsArgs]
    """CloudWatch alarms. Default: none."""
    dashboard: NotRequired[bool]
    """Whether to create a CloudWatch dashboard. Default: false."""
    description: NotRequired[str]
    """Description of the API."""


def authorizer_args(args: AuthorizedHttpApiArgs) -> AuthorizerArgs:
    """The inputs of the API's authorizer."""
    return {**only(AuthorizerOptions)(args), "route_scopes": protected_routes(routes_of(args))}
