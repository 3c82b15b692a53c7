"""AuthorizedHttpApi: an HTTP API whose routes let in nothing without a valid token, unless they say that they are public."""

import re
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .authorizer_config import KeysArgs, TokenPolicyArgs
from .authorizer_function import FunctionSettingsArgs
from .integrations import IntegrationArgs, check_integration, create_integration, share
from .jwt_authorizer import JwtAuthorizer, JwtAuthorizerArgs, check_jwt_authorizer
from .names import route_suffix
from .route_keys import route_key_fault
from .validation import Faults, check_shape

_SCOPE = re.compile(r"[!#-\[\]-~]+")
"""RFC 6749 section 3.3."""


class RouteArgs(TypedDict):
    """A route of the API. It needs a token, unless it says that it is public."""

    integration: IntegrationArgs
    """What stands behind the route."""
    public: NotRequired[bool]
    """Whether the route is open to everybody. Default false."""
    scopes: NotRequired[list[str]]
    """The scopes that a token must have for this route, all of them. Default none: any valid token will do."""


class StageArgs(TypedDict):
    """The stage `$default`, which is deployed automatically."""

    throttling_burst_limit: NotRequired[int]
    """Requests that may come at once, default 500."""
    throttling_rate_limit: NotRequired[int]
    """Requests per second in the long run, default 1000."""


class AuthorizedHttpApiArgs(TypedDict):
    """An HTTP API that lets in only requests with a valid token."""

    issuer: pulumi.Input[str]
    """The exact value of the tokens' `iss` claim."""
    audience: list[pulumi.Input[str]]
    """The values of the `aud` claim that are taken, exactly; one of them is enough."""
    keys: KeysArgs
    """The keys whose signatures are trusted."""
    routes: dict[str, RouteArgs]
    """Route key, as in "GET /orders/{id}" or "$default" -> the route."""
    policy: NotRequired[TokenPolicyArgs]
    """What else a token must satisfy."""
    cache_ttl: NotRequired[int]
    """Seconds that API Gateway keeps the authorizer's answer, 0 to 3600, default 60. 0 asks it for every request."""
    function: NotRequired[FunctionSettingsArgs]
    """How the authorizer's Lambda function runs."""
    stage: NotRequired[StageArgs]
    """The stage."""
    description: NotRequired[str]
    """Description of the API."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of everything that takes tags."""


class AuthorizedHttpApi(pulumi.ComponentResource):
    """An API Gateway HTTP API with its stage, routes and integrations, behind a `JwtAuthorizer`."""

    api_endpoint: pulumi.Output[str]
    """The URL of the API. It is known once every route is there."""
    api_id: pulumi.Output[str]
    """Id of the API."""
    execution_arn: pulumi.Output[str]
    """ARN prefix for permissions to be invoked by the API."""
    authorizer_id: pulumi.Output[str]
    """Id of the authorizer."""

    def __init__(self, name: str, args: AuthorizedHttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        faults = Faults(f'AuthorizedHttpApi "{name}"')
        args = check_authorized_http_api(name, args, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizedHttpApi", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        api = aws.apigatewayv2.Api(
            f"{name}-api",
            name=name,
            protocol_type="HTTP",
            description=args.get("description"),
            tags=args.get("tags"),
            opts=child,
        )
        authorizer = JwtAuthorizer(f"{name}-authorizer", _authorizer_args(api.id, args), child)
        routes = self._routes(name, api, authorizer, args, child)
        stage = self._stage(name, api, routes, args)
        self.api_endpoint = pulumi.Output.all(api.api_endpoint, stage.id).apply(lambda values: str(values[0]))
        self.api_id = api.id
        self.execution_arn = api.execution_arn
        self.authorizer_id = authorizer.authorizer_id
        self.register_outputs(
            {
                "apiEndpoint": self.api_endpoint,
                "apiId": self.api_id,
                "executionArn": self.execution_arn,
                "authorizerId": self.authorizer_id,
            }
        )

    def _routes(
        self,
        name: str,
        api: aws.apigatewayv2.Api,
        authorizer: JwtAuthorizer,
        args: AuthorizedHttpApiArgs,
        child: pulumi.ResourceOptions,
    ) -> list[aws.apigatewayv2.Route]:
        targets: dict[str, pulumi.Output[str]] = {}
        for shared in share({route_key: route["integration"] for route_key, route in args["routes"].items()}):
            target = create_integration(name, api, shared, child)
            targets.update(dict.fromkeys(shared.route_keys, target))
        return [
            aws.apigatewayv2.Route(
                f"{name}-route-{route_suffix(route_key)}",
                api_id=api.id,
                route_key=route_key,
                target=targets[route_key],
                # NONE is said, not left out: a route that goes public must lose its authorizer.
                authorization_type="NONE" if route.get("public") else "CUSTOM",
                authorizer_id=None if route.get("public") else authorizer.authorizer_id,
                opts=child,
            )
            for route_key, route in args["routes"].items()
        ]

    def _stage(
        self,
        name: str,
        api: aws.apigatewayv2.Api,
        routes: list[aws.apigatewayv2.Route],
        args: AuthorizedHttpApiArgs,
    ) -> aws.apigatewayv2.Stage:
        stage = args.get("stage", {})
        return aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=api.id,
            name="$default",
            auto_deploy=True,
            # Both limits, always: with settings but without limits, the provider sends 0, and every request gets a 429.
            default_route_settings={
                "throttling_burst_limit": stage.get("throttling_burst_limit", 500),
                "throttling_rate_limit": stage.get("throttling_rate_limit", 1000),
            },
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=routes),
        )


def _authorizer_args(api_id: pulumi.Input[str], args: AuthorizedHttpApiArgs) -> JwtAuthorizerArgs:
    authorizer: JwtAuthorizerArgs = {
        "api_id": api_id,
        "issuer": args["issuer"],
        "audience": args["audience"],
        "keys": args["keys"],
        "policy": args.get("policy", {}),
        "function": args.get("function", {}),
        "tags": args.get("tags", {}),
        "route_scopes": {
            route_key: route.get("scopes", []) for route_key, route in args["routes"].items() if not route.get("public")
        },
    }
    if "cache_ttl" in args:
        authorizer["cache_ttl"] = args["cache_ttl"]
    return authorizer


def check_authorized_http_api(name: str, args: object, faults: Faults) -> AuthorizedHttpApiArgs:
    """A checked copy of ``args``; what is wrong is noted in ``faults``."""
    checked = check_shape(args, AuthorizedHttpApiArgs, faults)
    check_jwt_authorizer(f"{name}-authorizer", checked, faults)
    if checked.get("routes") == {}:
        faults.below("routes").add("at least one route is needed")
    for route_key, route in checked.get("routes", {}).items():
        below = faults.below("routes", route_key)
        if fault := route_key_fault(route_key):
            below.add(fault)
        if "integration" in route:
            check_integration(route["integration"], below.below("integration"))
        _check_scopes(route, below.below("scopes"))
    stage = checked.get("stage", {})
    _check_limit(stage.get("throttling_burst_limit", 1), faults.below("stage", "throttling_burst_limit"))
    _check_limit(stage.get("throttling_rate_limit", 1), faults.below("stage", "throttling_rate_limit"))
    return checked


def _check_limit(limit: int, faults: Faults) -> None:
    if limit < 1:
        faults.add(f"must be at least 1, and is {limit}: at 0 every request gets a 429")


def _check_scopes(route: RouteArgs, faults: Faults) -> None:
    scopes = route.get("scopes", [])
    if scopes and route.get("public"):
        faults.add("a public route asks for no token and so for no scopes: remove scopes or public")
    for index, scope in enumerate(scopes):
        if not _SCOPE.fullmatch(scope):
            faults.below(index).add(
                f"must be one scope (RFC 6749 section 3.3), without spaces and quotes, and is {scope!r}"
            )
