"""AuthorizerFunction: the Lambda function of the authorizer, its package with ``config.json``, and its log group."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..contract import MIN_TIMEOUT_WITH_KMS
from ..logs import DEFAULT_RETENTION_DAYS
from ..names import check_name, scoped_name
from ..route_keys import check_route_keys
from ..validation import NO_ARGS, Faults, check_shape, given, part_of
from .authorizer_config import (
    ClosedRoutes,
    KeysArgs,
    TokenRules,
    TrustedTokens,
    check_tokens,
    config_json,
)
from .function_settings import (
    DEFAULT_MEMORY_SIZE,
    DEFAULT_TIMEOUT,
    FunctionSettingsArgs,
    check_settings,
    may_hold_bytecode,
    package_target,
)
from .live_alias import create_live_alias
from .package import build_package

HANDLER = "authorizer.handler.handler"


class FunctionOptions(TypedDict):
    """The part of the arguments that configures the function."""

    function: NotRequired[FunctionSettingsArgs]
    """Configuration of the authorizer's Lambda function."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for every resource that supports tags."""


class AuthorizerFunctionOptions(TokenRules, ClosedRoutes, FunctionOptions):
    """The optional arguments of a function, which are passed on to it unchanged."""


class AuthorizerFunctionArgs(AuthorizerFunctionOptions):
    """A request authorizer."""

    role_arn: pulumi.Input[str]
    """ARN of the execution role, such as the output of `AuthorizerRole`."""
    issuer: pulumi.Input[str]
    """The accepted `iss` value, compared exactly."""
    audience: Sequence[pulumi.Input[str]]
    """Accepted `aud` values, compared exactly; one match suffices."""
    keys: KeysArgs
    """The keys whose signatures are accepted."""


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
        check_tokens(part_of(args, TrustedTokens), args.get("route_scopes"), faults)
        check_route_keys(args.get("route_scopes", {}), faults.below("route_scopes"))
        settings = args.get("function", {})
        check_settings(settings, faults.below("function"))
        check_timeout(args.get("keys", {}), settings, faults.below("function", "timeout"))
        check_name(name, "-lambda", faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizerFunction", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        log_group = self._log_group(name, settings, args, child)
        function = self._lambda(name, settings, log_group, args, child)
        alias = create_live_alias(name, function, child, settings.get("provisioned_concurrency"))
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
    ) -> pulumi.Input[str]:
        if "log_group_name" in settings:
            return settings["log_group_name"]
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=log_group_name(name),
            retention_in_days=settings.get("log_retention_days", DEFAULT_RETENTION_DAYS),
            kms_key_id=settings.get("log_kms_key_arn"),
            tags=args.get("tags"),
            opts=child,
        ).name

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
            vpc_config=aws.lambda_.FunctionVpcConfigArgs(**settings["vpc"]) if "vpc" in settings else None,
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
        package = build_package(package_target(settings), bytecode=may_hold_bytecode(settings))
        return config_json(
            f'AuthorizerFunction "{name}"', part_of(args, TrustedTokens), args.get("route_scopes"), self
        ).apply(
            lambda config: pulumi.AssetArchive(
                {".": pulumi.FileArchive(str(package)), "config.json": pulumi.StringAsset(config)}
            )
        )


def check_timeout(keys: KeysArgs, settings: FunctionSettingsArgs, faults: Faults) -> None:
    """Record in ``faults`` a timeout that is too short for reading the keys from KMS."""
    timeout = settings.get("timeout", DEFAULT_TIMEOUT)
    if keys.get("source") == "kms" and timeout < MIN_TIMEOUT_WITH_KMS:
        faults.add(f'must be at least {MIN_TIMEOUT_WITH_KMS} seconds with keys.source "kms", and is {timeout}')


def log_group_name(name: str) -> str:
    """The log group of the ``AuthorizerFunction`` ``name``, known before it is created, so that its role can refer to it."""
    return f"/aws/lambda/{scoped_name(name)}"
