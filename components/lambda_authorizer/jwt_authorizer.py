"""JwtAuthorizer: an authorizer for any existing HTTP API, with its function, its role and the permission to call it."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..arns import qualifier_of
from ..execution_role import PolicyStatementArgs, check_statements
from ..names import check_name
from ..route_keys import check_route_keys
from ..validation import NO_ARGS, Faults, check_range, check_shape, given, only
from .authorizer_config import ROUTES_INPUT, ClosedRoutes, TrustedTokens
from .authorizer_function import (
    AuthorizerFunction,
    AuthorizerFunctionArgs,
    FunctionOptions,
    check_function,
    function_role,
)
from .authorizer_role import AuthorizerRole, AuthorizerRoleArgs
from .identity_sources import AUTHORIZATION_HEADER, ROUTE_KEY, check_identity_sources

DEFAULT_CACHE_TTL = 60
"""Seconds. A cached "yes" outlives the token's `exp` and the key's revocation by up to this long."""


class RoleSettingsArgs(TypedDict):
    """The execution role of the authorizer's function."""

    arn: NotRequired[pulumi.Input[str]]
    """ARN of an existing role. Default: a least-privilege role is created."""
    policy_statements: NotRequired[Sequence[PolicyStatementArgs]]
    """Further permissions of the created role. Default: none."""


class AuthorizerOptions(FunctionOptions):
    """The arguments that an authorizer has wherever it is made."""

    cache_ttl: NotRequired[int]
    """Seconds for which API Gateway caches the authorizer's response, 0 to 3600. Default: 60. With 0 the authorizer is
    invoked for every request."""
    identity_sources: NotRequired[list[str]]
    """Identity sources in addition to the Authorization header, such as "$request.header.X-Tenant". They are part of
    the cache key, and a request without one of them gets a 401 response."""
    role: NotRequired[RoleSettingsArgs]
    """The execution role of the authorizer's Lambda function."""
    function_arn: NotRequired[pulumi.Input[str]]
    """ARN of your own Lambda function, version or alias, to be invoked instead of the authorizer. It must be in the
    account and the region of the API."""


class AuthorizerArgs(AuthorizerOptions, ClosedRoutes):
    """The arguments of an authorizer, less the API, which need not exist for them to be checked."""


class JwtAuthorizerArgs(AuthorizerArgs):
    """An authorizer for an HTTP API. `issuer`, `audience` and `keys` are needed, unless `function_arn` is given."""

    api_id: pulumi.Input[str]
    """ID of the HTTP API."""


class JwtAuthorizer(pulumi.ComponentResource):
    """A Lambda REQUEST authorizer with payload format 2.0 and simple responses, and the resources that it needs."""

    authorizer_id: pulumi.Output[str]
    """ID of the authorizer, for the routes that it protects. Known once API Gateway has permission to invoke the
    function."""
    function_arn: pulumi.Output[str]
    """ARN that API Gateway invokes: the alias `live` of the Lambda function, or the given `function_arn`."""
    function_name: pulumi.Output[str]
    """Name of the Lambda function."""

    @overload
    def __init__(self, name: str, args: JwtAuthorizerArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[JwtAuthorizerArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: JwtAuthorizerArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """The inputs are keyword arguments, or all of them one ``JwtAuthorizerArgs``.

        Raises ``InvalidArgs`` with every fault of theirs, before anything is created.
        """
        faults = Faults(f'JwtAuthorizer "{name}"')
        args = check_shape(given(args, inputs, faults), JwtAuthorizerArgs, faults)
        check_jwt_authorizer(name, args, faults)
        check_route_keys(args.get("route_scopes", {}), faults.below("route_scopes"))
        faults.raise_if_any()
        super().__init__("kms-jwt:index:JwtAuthorizer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if "function_arn" in args:
            self.function_arn = self._own_function(args["function_arn"], faults.below("function_arn"))
        else:
            self.function_arn = self._function(name, args, child).function_arn
        self.function_name = self.function_arn.apply(_function_name)
        authorizer = aws.apigatewayv2.Authorizer(
            f"{name}-gateway",  # and a suffix of its own: while one replaces another, the API has two, by different names
            api_id=args["api_id"],
            authorizer_type="REQUEST",
            authorizer_uri=self.function_arn.apply(_invocation_uri),
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_sources=identity_sources(args),
            authorizer_result_ttl_in_seconds=args.get("cache_ttl", DEFAULT_CACHE_TTL),
            # An authorizer that is pointed to another function has no permission to call it yet, as the permission names
            # the authorizer's id. A new one is given its permission first; then the routes move, and then the old one goes.
            opts=pulumi.ResourceOptions(parent=self, replace_on_changes=["authorizer_uri"]),
        )
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=self.function_name,
            qualifier=self.function_arn.apply(qualifier_of),
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.all(self.function_arn, args["api_id"], authorizer.id).apply(
                lambda values: _authorizer_arn(*values)
            ),
            opts=child,
        )
        # A route that takes the id before the permission exists would answer 500 for a moment.
        self.authorizer_id = pulumi.Output.all(authorizer.id, permission.id).apply(lambda values: str(values[0]))
        self.register_outputs(
            {
                "authorizerId": self.authorizer_id,
                "functionArn": self.function_arn,
                "functionName": self.function_name,
            }
        )

    def _own_function(self, function_arn: pulumi.Input[str], faults: Faults) -> pulumi.Output[str]:
        """``function_arn``, once it is sure that the permission to call the function can be made beside the API.

        API Gateway would call functions of other accounts and regions too, but the permission is made where the API is, and
        would fall to whatever function has the same name there.
        """
        invoke = pulumi.InvokeOutputOptions(parent=self)
        account = aws.get_caller_identity_output(opts=invoke).account_id
        region = aws.get_region_output(opts=invoke).region

        def checked(values: list[str]) -> str:
            arn, here, this_account = values[0], values[1], values[2]
            _, _, _, region, account, *_ = arn.split(":")
            if (region, account) != (here, this_account):
                raise faults.refusal(
                    f"must be a function in the account {this_account} and the region {here}, as the API is, and is {arn}"
                )
            return arn

        return pulumi.Output.all(function_arn, region, account).apply(checked)

    def _function(self, name: str, args: JwtAuthorizerArgs, child: pulumi.ResourceOptions) -> AuthorizerFunction:
        function_name = f"{name}-function"
        function: AuthorizerFunctionArgs = {
            **only(FunctionOptions)(args),
            **only(ClosedRoutes)(args),
            "role_arn": self._role_arn(name, function_name, args, child),
        }
        return AuthorizerFunction(function_name, function, child)

    def _role_arn(
        self, name: str, function_name: str, args: JwtAuthorizerArgs, child: pulumi.ResourceOptions
    ) -> pulumi.Input[str]:
        role = args.get("role", {})
        if "arn" in role:
            return role["arn"]
        role_args: AuthorizerRoleArgs = {
            **function_role(function_name, args),
            "policy_statements": role.get("policy_statements", []),
        }
        return AuthorizerRole(f"{name}-role", role_args, child).role_arn


def identity_sources(args: JwtAuthorizerArgs) -> list[str]:
    """What must be there, and what API Gateway caches answers by.

    The cache key is the identity sources and nothing else: where the list of routes is closed, the route joins them, or
    the answer for one route would open another, which asks for scopes or is not on the list. Without a cache it does no
    harm, and the day somebody turns the cache on it is there.
    """
    sources = [AUTHORIZATION_HEADER, *args.get("identity_sources", [])]
    if "route_scopes" in args and ROUTE_KEY not in sources:
        sources.append(ROUTE_KEY)
    return sources


def check_jwt_authorizer(
    name: str,
    args: AuthorizerArgs,
    faults: Faults,
    routes_input: str = ROUTES_INPUT,
    suffix: str = "",
) -> None:
    """Note in ``faults`` what the authorizer, Lambda or API Gateway would refuse.

    ``routes_input`` is what the user's arguments call the routes; ``suffix`` is what the authorizer's own name has behind
    ``name``, which is the user's.
    """
    check_name(name, f"{suffix}-function-lambda", faults)
    if "function_arn" in args:
        for key in (*TrustedTokens.__annotations__, "function", "role"):
            if args.get(key):
                faults.below(key).add("has no effect on a function of your own: remove it, or function_arn")
    else:
        check_function(args, args.get("route_scopes"), faults, routes_input)
    role = args.get("role", {})
    check_statements(role.get("policy_statements", []), faults.below("role", "policy_statements"))
    if "arn" in role and "policy_statements" in role:
        faults.below("role", "policy_statements").add("has no effect on an existing role: remove it, or arn")
    check_range(args.get("cache_ttl"), 0, 3600, "seconds", faults.below("cache_ttl"))
    check_identity_sources(args.get("identity_sources", []), faults.below("identity_sources"))


def _authorizer_arn(function_arn: str, api_id: str, authorizer_id: str) -> str:
    """The ARN under which API Gateway calls the function: of this authorizer only, in the partition of the function."""
    _, partition, _, region, account, *_ = function_arn.split(":")
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}/authorizers/{authorizer_id}"


def _invocation_uri(function_arn: str) -> str:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html"""
    _, partition, _, region, *_ = function_arn.split(":")
    return f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def _function_name(function_arn: str) -> str:
    return function_arn.split(":")[6]
