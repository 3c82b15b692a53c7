"""AuthorizerFunction: the Lambda function of the authorizer, its package with ``config.json``, and its log group."""

from typing import Any, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..contract import MIN_TIMEOUT_WITH_REFRESH
from ..faults import Faults
from ..logs import DEFAULT_RETENTION_DAYS
from ..names import check_name, scoped_name
from ..route_keys import check_route_keys
from ..validation import NO_ARGS, check_shape, given, only
from .authorizer_config import ROUTES_INPUT, check_tokens, config_json
from .authorizer_role import AuthorizerRoleArgs
from .function_settings import (
    DEFAULT_MEMORY_SIZE,
    DEFAULT_TIMEOUT,
    FunctionSettingsArgs,
    check_settings,
    has_single_module,
    may_hold_bytecode,
    package_target,
    vpc_config,
)
from .inputs import AuthorizerFunctionArgs, FunctionOptions, RouteScopesArgs, TrustedTokens
from .live_alias import create_live_alias
from .nodes import AuthorizerFunctionNodes
from .package import build_package
from .trusted_issuers import is_refreshed

HANDLER = "authorizer.handler.handler"


class AuthorizerFunction(pulumi.ComponentResource):
    """The authorizer as a Lambda function. Its package contains code and policy, so that both are updated together."""

    function_arn: pulumi.Output[str]
    """ARN of the function's alias `live`, which points to a published version. Invoke this ARN: it does not change when
    the configuration does."""
    function_name: pulumi.Output[str]
    """Name of the function."""
    invoke_arn: pulumi.Output[str]
    """The URI with which API Gateway invokes the alias."""
    log_group_name: pulumi.Output[str]
    """Name of the log group."""

    @overload
    def __init__(self, name: str, args: AuthorizerFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[AuthorizerFunctionArgs]
    ) -> None: ...
    def __init__(
        self,
        name: str,
        args: AuthorizerFunctionArgs = NO_ARGS,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Any,
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``AuthorizerFunctionArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'AuthorizerFunction "{name}"')
        args = check_shape(given(args, inputs, faults), AuthorizerFunctionArgs, faults)
        check_function(args, args.get("route_scopes"), faults)
        check_route_keys(args.get("route_scopes", {}), faults.below("route_scopes"))
        check_name(name, "-lambda", faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizerFunction", name, None, opts)
        settings, child = args.get("function", {}), pulumi.ResourceOptions(parent=self)
        created = None if "log_group_name" in settings else self._log_group(name, settings, args, child)
        log_group: pulumi.Input[str] = created.name if created else settings["log_group_name"]
        function = self._lambda(name, settings, log_group, args, child)
        alias, warm = create_live_alias(name, function, child, settings.get("provisioned_concurrency"))
        self.nodes: AuthorizerFunctionNodes = AuthorizerFunctionNodes(function, alias, created, warm)
        """The resources inside."""
        self.function_arn, self.invoke_arn = alias.arn, alias.invoke_arn
        self.function_name = function.name
        self.log_group_name = pulumi.Output.from_input(log_group)
        self.register_outputs(
            {
                "functionArn": self.function_arn,
                "functionName": self.function_name,
                "invokeArn": self.invoke_arn,
                "logGroupName": self.log_group_name,
            }
        )

    def _log_group(
        self, name: str, settings: FunctionSettingsArgs, args: AuthorizerFunctionArgs, child: pulumi.ResourceOptions
    ) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=_log_group_name(name),
            retention_in_days=settings.get("log_retention_days", DEFAULT_RETENTION_DAYS),
            kms_key_id=settings.get("log_kms_key_arn"),
            tags=args.get("tags"),
            opts=child,
        )

    def _lambda(
        self,
        name: str,
        settings: FunctionSettingsArgs,
        log_group: pulumi.Input[str],
        args: AuthorizerFunctionArgs,
        child: pulumi.ResourceOptions,
    ) -> aws.lambda_.Function:
        runtime, architecture, _ = package_target(settings)
        return aws.lambda_.Function(
            f"{name}-lambda",
            description="API Gateway authorizer for JWTs signed by KMS keys",
            role=args["role_arn"],
            runtime=runtime,
            architectures=[architecture],
            handler=HANDLER,
            code=self._archive(name, settings, args),
            kms_key_arn=settings.get("kms_key_arn"),
            memory_size=settings.get("memory_size", DEFAULT_MEMORY_SIZE),
            timeout=settings.get("timeout", DEFAULT_TIMEOUT),
            publish=True,
            reserved_concurrent_executions=settings.get("reserved_concurrency"),
            snap_start=aws.lambda_.FunctionSnapStartArgs(apply_on="PublishedVersions")
            if settings.get("snap_start")
            else None,
            tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active") if settings.get("tracing") else None,
            vpc_config=vpc_config(settings["vpc"]) if "vpc" in settings else None,
            # The level of the platform's own log lines; the authorizer's level is in config.json.
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(
                log_format="JSON", system_log_level="WARN", log_group=log_group
            ),
            tags=args.get("tags"),
            opts=child,
        )

    def _archive(
        self, name: str, settings: FunctionSettingsArgs, args: AuthorizerFunctionArgs
    ) -> pulumi.Output[pulumi.Archive]:
        package = build_package(
            package_target(settings),
            bytecode=may_hold_bytecode(settings),
            single_module=has_single_module(settings),
        )
        return config_json(
            f'AuthorizerFunction "{name}"', only(TrustedTokens)(args), args.get("route_scopes"), self
        ).apply(
            lambda config: pulumi.AssetArchive(
                {".": pulumi.FileArchive(str(package)), "config.json": pulumi.StringAsset(config)}
            )
        )


def check_function(
    args: FunctionOptions, routes: dict[str, RouteScopesArgs] | None, faults: Faults, routes_input: str = ROUTES_INPUT
) -> None:
    """Record in ``faults`` what the authorizer would reject at init, and what Lambda would reject of its function.

    ``routes`` is the closed list of routes, ``None`` means any route; ``routes_input`` is its name in the arguments.
    """
    check_tokens(args, routes, faults, routes_input)
    settings = args.get("function", {})
    check_settings(settings, faults.below("function"))
    by_url = any(is_refreshed(issuer) for issuer in args.get("trusted_issuers", []))
    if by_url or args.get("keys", {}).get("source") == "kms" or "denylist" in args:
        kms = 'keys.source "kms"' if args.get("keys", {}).get("source") == "kms" else "a denylist"
        what = "trusted_issuers whose keys are at a URL" if by_url else kms
        _check_timeout(settings, what, faults.below("function", "timeout"))
    if by_url and not settings.get("vpc", {"internet_access": True}).get("internet_access"):
        faults.below("function", "vpc", "internet_access").add(
            "must be true, since trusted_issuers have keys at a URL: write it if the subnets have a route to the internet, "
            "such as through a NAT gateway; otherwise remove jwks_url and discovery, and pin jwks"
        )


def function_role(name: str, args: FunctionOptions) -> AuthorizerRoleArgs:
    """The inputs of the execution role for the ``AuthorizerFunction`` ``name``, known before the function is created."""
    settings, keys = args.get("function", {}), args["keys"]
    role: AuthorizerRoleArgs = {
        "log_group_name": settings.get("log_group_name", _log_group_name(name)),
        "kms_key_arns": [key["arn"] for key in keys.get("kms_keys", [])] if keys.get("source") == "kms" else [],
        "vpc": "vpc" in settings,
        "tracing": settings.get("tracing", False),
        "tags": args.get("tags", {}),
    }
    if "denylist" in args:
        role["denylist_bucket"] = args["denylist"]["bucket"]
    return role


def _check_timeout(settings: FunctionSettingsArgs, what: str, faults: Faults) -> None:
    """Record in ``faults`` a timeout that is too short for reading keys at run time, because of ``what``."""
    timeout = settings.get("timeout", DEFAULT_TIMEOUT)
    if timeout < MIN_TIMEOUT_WITH_REFRESH:
        faults.add(f"must be at least {MIN_TIMEOUT_WITH_REFRESH} seconds with {what}, and is {timeout}")


def _log_group_name(name: str) -> str:
    return f"/aws/lambda/{scoped_name(name)}"
