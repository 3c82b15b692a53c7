"""JwtAuthorizer: an authorizer for any existing HTTP API, with its function, its role and the permission to call it."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .authorizer_config import KeysArgs, TokenPolicyArgs, TrustedTokens, check_tokens
from .authorizer_function import (
    AuthorizerFunction,
    AuthorizerFunctionArgs,
    FunctionSettingsArgs,
    check_settings,
    log_group_name,
)
from .authorizer_role import AuthorizerRole
from .names import check_name
from .validation import Faults, check_shape

AUTHORIZATION_HEADER = "$request.header.Authorization"
ROUTE_KEY = "$context.routeKey"

DEFAULT_CACHE_TTL = 60
"""Seconds. A cached "yes" outlives the token's `exp` and the key's revocation by up to this long."""


class JwtAuthorizerArgs(TypedDict):
    """An authorizer for an HTTP API."""

    api_id: pulumi.Input[str]
    """Id of the HTTP API."""
    issuer: pulumi.Input[str]
    """The exact value of the tokens' `iss` claim."""
    audience: list[pulumi.Input[str]]
    """The values of the `aud` claim that are taken, exactly; one of them is enough."""
    keys: KeysArgs
    """The keys whose signatures are trusted."""
    policy: NotRequired[TokenPolicyArgs]
    """What else a token must satisfy."""
    route_scopes: NotRequired[dict[str, list[str]]]
    """Route key -> the scopes a token must have: the closed list of routes, any other is denied. Default: any route, and
    no scopes."""
    cache_ttl: NotRequired[int]
    """Seconds that API Gateway keeps an answer, 0 to 3600, default 60. 0 asks the authorizer for every request."""
    function: NotRequired[FunctionSettingsArgs]
    """How the Lambda function runs."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of everything that takes tags."""


class JwtAuthorizer(pulumi.ComponentResource):
    """A REQUEST authorizer, payload format 2.0, simple responses, with all it needs."""

    authorizer_id: pulumi.Output[str]
    """Id of the authorizer, for the routes that it protects. It is known once API Gateway may call the function."""
    function_name: pulumi.Output[str]
    """Name of the Lambda function."""
    log_group_name: pulumi.Output[str]
    """The log group with the authorizer's decisions."""

    def __init__(self, name: str, args: JwtAuthorizerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        faults = Faults(f'JwtAuthorizer "{name}"')
        args = check_shape(args, JwtAuthorizerArgs, faults)
        check_jwt_authorizer(name, args, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:JwtAuthorizer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        function = self._function(name, args, child)
        authorizer = aws.apigatewayv2.Authorizer(
            f"{name}-gateway",
            name=name,
            api_id=args["api_id"],
            authorizer_type="REQUEST",
            authorizer_uri=function.invoke_arn,
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_sources=identity_sources(args),
            authorizer_result_ttl_in_seconds=args.get("cache_ttl", DEFAULT_CACHE_TTL),
            opts=child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=function.function_name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.all(function.function_arn, args["api_id"], authorizer.id).apply(
                lambda values: authorizer_arn(*values)
            ),
            opts=child,
        )
        # A route that takes the id before the permission exists would answer 500 for a moment.
        self.authorizer_id = pulumi.Output.all(authorizer.id, permission.id).apply(lambda values: str(values[0]))
        self.function_name = function.function_name
        self.log_group_name = function.log_group_name
        self.register_outputs(
            {
                "authorizerId": self.authorizer_id,
                "functionName": self.function_name,
                "logGroupName": self.log_group_name,
            }
        )

    def _function(self, name: str, args: JwtAuthorizerArgs, child: pulumi.ResourceOptions) -> AuthorizerFunction:
        function_name = f"{name}-function"
        tags = args.get("tags", {})
        kms_keys = args["keys"].get("kms_keys", []) if args["keys"].get("source") == "kms" else []
        role = AuthorizerRole(
            f"{name}-role",
            {
                "log_group_name": log_group_name(function_name),
                "kms_key_arns": [key["arn"] for key in kms_keys],
                "tags": tags,
            },
            child,
        )
        function: AuthorizerFunctionArgs = {
            "role_arn": role.role_arn,
            "issuer": args["issuer"],
            "audience": args["audience"],
            "keys": args["keys"],
            "policy": args.get("policy", {}),
            "settings": args.get("function", {}),
            "tags": tags,
        }
        if "route_scopes" in args:
            function["route_scopes"] = args["route_scopes"]
        return AuthorizerFunction(function_name, function, child)


def identity_sources(args: JwtAuthorizerArgs) -> list[str]:
    """What API Gateway caches answers by.

    The cache key is the identity sources and nothing else: where a route asks for scopes, the route joins them, or the
    answer for one route would open another.
    """
    cached = args.get("cache_ttl", DEFAULT_CACHE_TTL) > 0
    scoped = any(args.get("route_scopes", {}).values())
    return [AUTHORIZATION_HEADER, ROUTE_KEY] if cached and scoped else [AUTHORIZATION_HEADER]


def authorizer_arn(function_arn: str, api_id: str, authorizer_id: str) -> str:
    """The ARN under which API Gateway calls the function: of this authorizer only, in the partition of the function."""
    _, partition, _, region, account, *_ = function_arn.split(":")
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}/authorizers/{authorizer_id}"


class AuthorizerSettings(TrustedTokens):
    """The part of the arguments that ``check_jwt_authorizer`` checks."""

    cache_ttl: NotRequired[int]
    function: NotRequired[FunctionSettingsArgs]


def check_jwt_authorizer(name: str, args: AuthorizerSettings, faults: Faults) -> None:
    """Note in ``faults`` what the authorizer, Lambda or API Gateway would refuse."""
    check_name(name, "-function-lambda", faults)
    check_tokens(args, faults)
    check_settings(args.get("function", {}), faults.below("function"))
    if not 0 <= args.get("cache_ttl", DEFAULT_CACHE_TTL) <= 3600:
        faults.below("cache_ttl").add(f"must be 0 to 3600 seconds, and is {args.get('cache_ttl')}")
