"""AuthorizedHttpApi: an HTTP API whose routes require a valid token, except those that are public."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..lambda_authorizer.function_settings import DEFAULT_TIMEOUT
from ..lambda_authorizer.jwt_authorizer import JwtAuthorizer
from ..lambda_authorizer.nodes import FunctionNodes
from ..validation import NO_ARGS, given
from .alarms import create_alarms
from .api_domain import DomainOfApi, map_domain
from .backends import backends, shared_backend
from .checks import check_authorized_http_api
from .cors import cors_configuration
from .dashboard import create_dashboard
from .inputs import AuthorizedHttpApiArgs, authorizer_args
from .integrations import IntegrationArgs
from .nodes import AuthorizedHttpApiNodes, RouteNodes
from .preflight import create_preflight, preflight_route_keys
from .route_authorization import authorizations, create_jwt_authorizers, credentials_headers
from .route_defaults import routes_of
from .route_resources import create_integrations, create_routes
from .stage import create_stage
from .well_known import ROUTE_KEYS, create_well_known, jwks_uri


class _Routes(NamedTuple):
    """The routes, and the functions that were created to answer some of them."""

    nodes: RouteNodes
    well_known: FunctionNodes | None
    preflight: FunctionNodes | None


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
        authorizer = JwtAuthorizer(f"{name}-authorizer", {**authorizer_args(args), "api_id": api.id}, self._child)
        jwt_authorizers = create_jwt_authorizers(name, api.id, args.get("jwt_authorizers", {}), faults, self._child)
        created = self._routes(api, authorizer, jwt_authorizers, base_url, args)
        by_issuer, tags = bool(args.get("trusted_issuers")), args.get("tags")
        stage_opts = pulumi.ResourceOptions(parent=self, depends_on=[*created.nodes.routes.values()])
        stage, access_log_group = create_stage(
            name, api.id, routes_of(args), args.get("stage", {}), by_issuer, tags, stage_opts
        )
        mapping = map_domain(name, domain, api.id, stage.id, self._child) if domain else None
        ready = mapping.id if mapping else stage.id
        self.api_endpoint = pulumi.Output.all(base_url, ready).apply(lambda values: str(values[0]))
        alarms = self._alarms(api.id, authorizer.function_name, args) if "alarms" in args else {}
        dashboard = self._dashboard(api.id, authorizer, args) if args.get("dashboard") else None
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
            access_log_group=access_log_group,
            routes=created.nodes.routes,
            integrations=created.nodes.integrations,
            route_permissions=created.nodes.permissions,
            integration_roles=created.nodes.roles,
            jwt_authorizers=jwt_authorizers,
            domain=domain.nodes if domain else None,
            api_mapping=mapping,
            well_known=created.well_known,
            preflight=created.preflight,
            alarms=alarms,
            dashboard=dashboard,
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
    ) -> _Routes:
        """The routes of the arguments, and those for the well-known endpoints and CORS."""
        name, routes, tags = self._name, routes_of(args), args.get("tags")
        faults = Faults(f'AuthorizedHttpApi "{name}"')
        answering = backends(routes, args.get("integration"), faults)
        public = {route_key for route_key, route in routes.items() if route.get("public")}
        well_known = self._well_known(base_url, args) if "well_known" in args else None
        if well_known:
            integration: IntegrationArgs = {"lambda_arn": well_known.alias.arn}
            answering.append(shared_backend("well-known", integration, ROUTE_KEYS, faults.below("well_known")))
            public.update(ROUTE_KEYS)
        integrations = create_integrations(name, api.id, api.execution_arn, answering, tags, self._child)
        preflight = None
        if "cors" in args and (added := preflight_route_keys(routes)):
            settings = args.get("function", {})
            created = create_preflight(f"{name}-preflight", api, added, settings, tags, self._child)
            integrations.update(dict.fromkeys(added, created.integration))
            public.update(added)
            preflight = created.function
        beside = authorizations(routes, jwt_authorizers)
        nodes = create_routes(name, api.id, integrations, public, authorizer.authorizer_id, self._child, beside)
        return _Routes(nodes, well_known, preflight)

    def _alarms(
        self, api_id: pulumi.Output[str], function_name: pulumi.Output[str], args: AuthorizedHttpApiArgs
    ) -> Mapping[str, aws.cloudwatch.MetricAlarm]:
        return create_alarms(
            self._name,
            api_id,
            function_name,
            args.get("function", {}).get("timeout", DEFAULT_TIMEOUT),
            args.get("trusted_issuers", []),
            args.get("denylist"),
            args["alarms"],
            args.get("tags"),
            self._child,
        )

    def _dashboard(
        self, api_id: pulumi.Output[str], authorizer: JwtAuthorizer, args: AuthorizedHttpApiArgs
    ) -> aws.cloudwatch.Dashboard:
        function, by_issuer = authorizer.nodes.function, bool(args.get("trusted_issuers"))
        log_group = function.logging_config.log_group if function else None
        name, function_name = self._name, authorizer.function_name
        return create_dashboard(name, self, api_id, function_name, log_group, by_issuer, "denylist" in args)

    def _well_known(self, base_url: pulumi.Output[str], args: AuthorizedHttpApiArgs) -> FunctionNodes:
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


def _credentials_headers(args: AuthorizedHttpApiArgs) -> list[str]:
    return credentials_headers(routes_of(args), args.get("jwt_authorizers", {}))
