"""AuthorizedHttpApi: an HTTP API whose routes require a valid token, except those that are public."""

from collections.abc import Mapping
from typing import Any, NotRequired, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..lambda_authorizer.bound_tokens import check_certificates
from ..lambda_authorizer.function_settings import DEFAULT_TIMEOUT
from ..lambda_authorizer.jwt_authorizer import AuthorizerArgs, AuthorizerOptions, JwtAuthorizer, check_jwt_authorizer
from ..validation import NO_ARGS, Faults, check_shape, given, only
from .alarms import AlarmsArgs, check_alarms, create_alarms
from .api_domain import DomainOfApi, map_domain
from .api_domain_inputs import ApiDomainArgs, check_api_domain, open_to_all
from .backends import backends, shared_backend
from .cors import CorsArgs, check_cors, cors_configuration
from .dashboard import create_dashboard
from .integrations import IntegrationArgs
from .nodes import AuthorizedHttpApiNodes, RouteNodes
from .preflight import create_preflight, preflight_route_keys
from .route_authorization import (
    BuiltInJwtAuthorizerArgs,
    authorizations,
    check_authorizations,
    create_jwt_authorizers,
    credentials_headers,
)
from .route_defaults import RoutesInput, in_long_form, routes_of, usable_default, with_default_scopes
from .route_resources import create_integrations, create_routes
from .routes import check_no_scopes, check_routes, protected_routes
from .stage import StageArgs, check_stage, create_stage
from .well_known import ROUTE_KEYS, WellKnownArgs, check_well_known, create_well_known, jwks_uri


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


class AuthorizedHttpApi(pulumi.ComponentResource):
    """An API Gateway HTTP API with its stage, routes and integrations, protected by a `JwtAuthorizer`."""

    api_endpoint: pulumi.Output[str]
    """The URL of the API: at its custom domain name, if it has one. Known once every route has been created."""
    api_id: pulumi.Output[str]
    """ID of the API."""
    execution_arn: pulumi.Output[str]
    """ARN prefix for permissions that allow the API to invoke a function."""
    authorizer_id: pulumi.Output[str]
    """ID of the authorizer."""
    authorizer_function_name: pulumi.Output[str]
    """Name of the authorizer's Lambda function."""
    jwks_uri: pulumi.Output[str | None]
    """URL of the published JWKS, if `well_known` is set."""
    domain_name: pulumi.Output[str | None]
    """The custom domain name, if there is one: another API shares it by `existing_name`."""

    @overload
    def __init__(self, name: str, args: AuthorizedHttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[AuthorizedHttpApiArgs]
    ) -> None: ...
    def __init__(
        self,
        name: str,
        args: AuthorizedHttpApiArgs = NO_ARGS,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Any,
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``AuthorizedHttpApiArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'AuthorizedHttpApi "{name}"')
        written = given(args, inputs, faults)
        args = check_authorized_http_api(name, written, faults)
        own_domain = DomainOfApi(f'AuthorizedHttpApi "{name}"', written, args.get("domain"), opts, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizedHttpApi", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        api = self._api(args)
        domain = own_domain.create(name, self, api.api_endpoint, args.get("tags"))
        base_url = domain.url if domain else api.api_endpoint
        authorizer = JwtAuthorizer(f"{name}-authorizer", {**_authorizer_args(args), "api_id": api.id}, self._child)
        jwt_authorizers = create_jwt_authorizers(name, api.id, args.get("jwt_authorizers", {}), faults, self._child)
        created = self._routes(api, authorizer, jwt_authorizers, base_url, args)
        by_issuer, after = bool(args.get("trusted_issuers")), [*created.routes.values()]
        stage_opts = pulumi.ResourceOptions(parent=self, depends_on=after)
        settings, tags = args.get("stage", {}), args.get("tags")
        stage = create_stage(name, api.id, routes_of(args), settings, by_issuer, tags, stage_opts)
        self.api_endpoint = pulumi.Output.all(api.api_endpoint, stage.id).apply(lambda values: str(values[0]))
        if domain:
            base_path = args["domain"].get("base_path")
            self.api_endpoint = map_domain(name, domain, api.id, stage.id, base_path, self._child)
        if "alarms" in args:
            timeout = args.get("function", {}).get("timeout", DEFAULT_TIMEOUT)
            issuers, denylist = args.get("trusted_issuers", []), args.get("denylist")
            function_name, alarms = authorizer.function_name, args["alarms"]
            create_alarms(name, api.id, function_name, timeout, issuers, denylist, alarms, tags, self._child)
        if args.get("dashboard"):
            function, function_name = authorizer.nodes.function, authorizer.function_name
            log_group = function.logging_config.log_group if function else None
            create_dashboard(name, self, api.id, function_name, log_group, by_issuer, "denylist" in args)
        self.domain_name = own_domain.output(domain)
        self.api_id = api.id
        self.execution_arn = api.execution_arn
        self.authorizer_id = authorizer.authorizer_id
        self.authorizer_function_name = authorizer.function_name
        published = "well_known" in args
        self.jwks_uri = self.api_endpoint.apply(lambda url: jwks_uri(url) if published else None)
        self.nodes: AuthorizedHttpApiNodes = AuthorizedHttpApiNodes(
            **vars(authorizer.nodes),
            api=api,
            stage=stage,
            routes=created.routes,
            integrations=created.integrations,
            jwt_authorizers=jwt_authorizers,
            domain_name=domain.resource if domain else None,
        )
        """The resources inside."""
        self.register_outputs(
            {
                "apiEndpoint": self.api_endpoint,
                "apiId": self.api_id,
                "executionArn": self.execution_arn,
                "authorizerId": self.authorizer_id,
                "authorizerFunctionName": self.authorizer_function_name,
                "jwksUri": self.jwks_uri,
                "domainName": self.domain_name,
            }
        )

    def _api(self, args: AuthorizedHttpApiArgs) -> aws.apigatewayv2.Api:
        below = Faults(f'AuthorizedHttpApi "{self._name}"')
        return aws.apigatewayv2.Api(
            f"{self._name}-api",
            name=self._name,
            protocol_type="HTTP",
            description=args.get("description"),
            cors_configuration=cors_configuration(args["cors"], _credentials_headers(args), below.below("cors"))
            if "cors" in args
            else None,
            disable_execute_api_endpoint=args.get("domain", {}).get("disable_default_endpoint", False),
            tags=args.get("tags"),
            opts=self._child,
        )

    def _routes(
        self,
        api: aws.apigatewayv2.Api,
        authorizer: JwtAuthorizer,
        jwt_authorizers: Mapping[str, aws.apigatewayv2.Authorizer],
        base_url: pulumi.Output[str],
        args: AuthorizedHttpApiArgs,
    ) -> RouteNodes:
        """The routes of the arguments, and those for the well-known endpoints and CORS."""
        name, routes, tags = self._name, routes_of(args), args.get("tags")
        faults = Faults(f'AuthorizedHttpApi "{name}"')
        answering = backends(routes, args.get("integration"), faults)
        public = {route_key for route_key, route in routes.items() if route.get("public")}
        if "well_known" in args:
            function_arn = self._well_known(base_url, args)
            below = faults.below("well_known")
            answering.append(shared_backend("well-known", {"lambda_arn": function_arn}, ROUTE_KEYS, below))
            public.update(ROUTE_KEYS)
        integrations = create_integrations(name, api.id, api.execution_arn, answering, tags, self._child)
        if "cors" in args and (preflight := preflight_route_keys(routes)):
            created = create_preflight(f"{name}-preflight", api, args.get("function", {}), tags, self._child)
            integrations.update(dict.fromkeys(preflight, created))
            public.update(preflight)
        beside = authorizations(routes, jwt_authorizers)
        return create_routes(name, api.id, integrations, public, authorizer.authorizer_id, self._child, beside)

    def _well_known(self, base_url: pulumi.Output[str], args: AuthorizedHttpApiArgs) -> pulumi.Output[str]:
        return create_well_known(
            f'AuthorizedHttpApi "{self._name}"',
            f"{self._name}-well-known",
            self,
            base_url,
            args["issuer"],
            args["well_known"].get("jwks") or args["keys"]["jwks"][0],
            args.get("function", {}),
            args.get("tags"),
        )


def _added_route_keys(args: AuthorizedHttpApiArgs) -> list[str]:
    """The routes of the API in addition to those of the arguments."""
    preflight = preflight_route_keys(routes_of(args)) if "cors" in args else []
    return [*preflight, *(ROUTE_KEYS if "well_known" in args else ())]


def _credentials_headers(args: AuthorizedHttpApiArgs) -> list[str]:
    return credentials_headers(routes_of(args), args.get("jwt_authorizers", {}))


def _authorizer_args(args: AuthorizedHttpApiArgs) -> AuthorizerArgs:
    return {**only(AuthorizerOptions)(args), "route_scopes": protected_routes(routes_of(args))}


def check_authorized_http_api(name: str, args: object, faults: Faults) -> AuthorizedHttpApiArgs:
    """A checked copy of ``args``; errors are recorded in ``faults``."""
    checked = check_shape(in_long_form(args, faults), AuthorizedHttpApiArgs, faults)
    routes = routes_of(checked)
    if "function_arn" in checked:
        check_no_scopes(routes, checked.get("scopes", []), faults)
    if "routes" in checked:
        default = usable_default(checked.get("scopes", []), faults.below("scopes"))
        routes = with_default_scopes(routes, default)
        checked["routes"] = {**routes}
    check_jwt_authorizer(name, _authorizer_args(checked), faults, "routes", suffix="-authorizer")
    if "routes" in checked:
        check_routes(name, routes, checked.get("integration"), _added_route_keys(checked), faults)
        check_authorizations(routes, checked.get("jwt_authorizers", {}), faults)
    check_stage(checked.get("stage", {}), faults.below("stage"))
    if "cors" in checked:
        check_cors(checked["cors"], faults.below("cors"))
    if "domain" in checked:
        check_api_domain(checked["domain"], faults.below("domain"))
    check_certificates(checked, open_to_all(checked.get("domain", {})), faults)
    if "alarms" in checked:
        check_alarms(checked["alarms"], faults.below("alarms"))
    if "well_known" in checked:
        below = faults.below("well_known")
        if "function_arn" in checked:
            below.add("requires issuer and keys, which cannot be combined with function_arn: remove one of them")
        else:
            check_well_known(checked["well_known"], checked.get("keys", {}), routes, below)
    return checked
