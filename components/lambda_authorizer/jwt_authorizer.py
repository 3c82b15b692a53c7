"""JwtAuthorizer: an authorizer for any existing HTTP API, with its function, its role and the permission to invoke it."""

from typing import Any, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..arns import qualifier_of
from ..execution_role import check_statements
from ..faults import Faults
from ..names import check_name
from ..route_keys import check_route_keys
from ..validation import NO_ARGS, check_range, check_shape, given, only
from .authorizer_config import ROUTES_INPUT
from .authorizer_function import AuthorizerFunction, check_function, function_role
from .authorizer_role import AuthorizerRole, AuthorizerRoleArgs
from .bound_tokens import CLIENT_CERTIFICATE, binds_tokens
from .identity_sources import AUTHORIZATION_HEADER, ROUTE_KEY, check_identity_sources
from .inputs import (
    DEFAULT_CACHE_TTL,
    AuthorizerArgs,
    AuthorizerFunctionArgs,
    ClosedRoutes,
    FunctionOptions,
    JwtAuthorizerArgs,
    TrustedTokens,
)
from .nodes import JwtAuthorizerNodes


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
        """Pass the inputs as keyword arguments, or all of them as one ``JwtAuthorizerArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'JwtAuthorizer "{name}"')
        args = check_shape(given(args, inputs, faults), JwtAuthorizerArgs, faults)
        check_jwt_authorizer(name, args, faults)
        check_route_keys(args.get("route_scopes", {}), faults.below("route_scopes"))
        faults.raise_if_any()
        super().__init__("kms-jwt:index:JwtAuthorizer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role, function = None, None
        if "function_arn" in args:
            self.function_arn = self._own_function(args["function_arn"], faults.below("function_arn"))
        else:
            role = self._role(name, f"{name}-function", args, child)
            function = self._function(f"{name}-function", args, role.role_arn if role else args["role"]["arn"], child)
            self.function_arn = function.function_arn
        self.function_name = self.function_arn.apply(_function_name)
        authorizer = aws.apigatewayv2.Authorizer(
            f"{name}-gateway",  # with Pulumi's random suffix: during a replacement the API has two, with different names
            api_id=args["api_id"],
            authorizer_type="REQUEST",
            authorizer_uri=self.function_arn.apply(_invocation_uri),
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_sources=identity_sources(args),
            authorizer_result_ttl_in_seconds=args.get("cache_ttl", DEFAULT_CACHE_TTL),
            # An authorizer that is changed to another function has no permission to invoke it yet, since the permission names
            # the authorizer's id. A new one gets its permission first; then the routes move, and the old one is deleted.
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
        self.nodes: JwtAuthorizerNodes = JwtAuthorizerNodes(
            authorizer=authorizer,
            permission=permission,
            function=function.nodes.function if function else None,
            alias=function.nodes.alias if function else None,
            log_group=function.nodes.log_group if function else None,
            provisioned_concurrency=function.nodes.provisioned_concurrency if function else None,
            role=role.nodes.role if role else None,
            role_policies=role.nodes.policies if role else {},
        )
        """The resources inside."""
        # A route with this id would answer 500 until the permission exists.
        self.authorizer_id = pulumi.Output.all(authorizer.id, permission.id).apply(lambda values: str(values[0]))
        self.register_outputs(
            {
                "authorizerId": self.authorizer_id,
                "functionArn": self.function_arn,
                "functionName": self.function_name,
            }
        )

    def _own_function(self, function_arn: pulumi.Input[str], faults: Faults) -> pulumi.Output[str]:
        """``function_arn``, an Output that fails unless the function is in the account and the region of the API.

        API Gateway can invoke functions of other accounts and regions too, but the permission is created in those of the API,
        and would apply to any function with the same name there.
        """
        invoke = pulumi.InvokeOutputOptions(parent=self)
        account = aws.get_caller_identity_output(opts=invoke).account_id
        region = aws.get_region_output(opts=invoke).region

        def checked(values: list[str]) -> str:
            arn, here, this_account = values[0], values[1], values[2]
            _, _, _, region, account, *_ = arn.split(":")
            if (region, account) != (here, this_account):
                raise faults.late_error_here(
                    f"must be a function in account {this_account} and region {here}, like the API, and is {arn}"
                )
            return arn

        return pulumi.Output.all(function_arn, region, account).apply(checked)

    def _function(
        self, name: str, args: JwtAuthorizerArgs, role_arn: pulumi.Input[str], child: pulumi.ResourceOptions
    ) -> AuthorizerFunction:
        function: AuthorizerFunctionArgs = {
            **only(FunctionOptions)(args),
            **only(ClosedRoutes)(args),
            "role_arn": role_arn,
        }
        return AuthorizerFunction(name, function, child)

    def _role(
        self, name: str, function_name: str, args: JwtAuthorizerArgs, child: pulumi.ResourceOptions
    ) -> AuthorizerRole | None:
        """The role that is created, unless there is one."""
        role = args.get("role", {})
        if "arn" in role:
            return None
        role_args: AuthorizerRoleArgs = {
            **function_role(function_name, args),
            "policy_statements": role.get("policy_statements", []),
        }
        return AuthorizerRole(f"{name}-role", role_args, child)


def identity_sources(args: JwtAuthorizerArgs) -> list[str]:
    """The parts of a request that are required, and that form the key of API Gateway's cache.

    The cache key consists of the identity sources only. If the list of routes is closed, the route is one of them: otherwise
    the cached response for one route would allow another, which requires scopes or is not in the list. It is added even
    without a cache, in case caching is enabled later. Likewise the certificate to which tokens may be bound, but only with a
    cache: how API Gateway treats a value of that length is not documented.
    """
    sources = [AUTHORIZATION_HEADER, *args.get("identity_sources", [])]
    if "route_scopes" in args:
        sources.append(ROUTE_KEY)
    if binds_tokens(args) and args.get("cache_ttl", DEFAULT_CACHE_TTL) != 0:
        sources.append(CLIENT_CERTIFICATE)
    return list(dict.fromkeys(sources))


def check_jwt_authorizer(
    name: str,
    args: AuthorizerArgs,
    faults: Faults,
    routes_input: str = ROUTES_INPUT,
    suffix: str = "",
) -> None:
    """Record in ``faults`` what the authorizer, Lambda or API Gateway would reject.

    ``routes_input`` is the name of the user's input with the routes; ``suffix`` follows ``name``, the user's name, in the name
    of the authorizer.
    """
    check_name(name, f"{suffix}-function-lambda", faults)
    if "function_arn" in args:
        for key in (*TrustedTokens.__annotations__, "function", "role"):
            if args.get(key):
                faults.below(key).add(
                    "configures the authorizer's function, which function_arn replaces: remove it, or function_arn"
                )
    else:
        check_function(args, args.get("route_scopes"), faults, routes_input)
    role = args.get("role", {})
    check_statements(role.get("policy_statements", []), faults.below("role", "policy_statements"))
    if "arn" in role and "policy_statements" in role:
        faults.below("role", "policy_statements").add("has no effect on an existing role: remove it, or arn")
    check_range(args.get("cache_ttl"), 0, 3600, "seconds", faults.below("cache_ttl"))
    check_identity_sources(args.get("identity_sources", []), faults.below("identity_sources"))


def _authorizer_arn(function_arn: str, api_id: str, authorizer_id: str) -> str:
    """The source ARN with which API Gateway invokes the function: of this authorizer only, in the function's partition."""
    _, partition, _, region, account, *_ = function_arn.split(":")
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}/authorizers/{authorizer_id}"


def _invocation_uri(function_arn: str) -> str:
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html"""
    _, partition, _, region, *_ = function_arn.split(":")
    return f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def _function_name(function_arn: str) -> str:
    return function_arn.split(":")[6]
