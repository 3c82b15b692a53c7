"""The token service's Lambda function: its settings, its log group, its package with ``config.json``, its alias."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict, cast

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..lambda_authorizer.function_settings import (
    DEFAULT_MEMORY_SIZE,
    FunctionSettingsArgs,
    check_settings,
    may_hold_bytecode,
    package_target,
)
from ..lambda_authorizer.live_alias import LiveAlias, create_live_alias
from ..logs import DEFAULT_RETENTION_DAYS
from ..names import scoped_name
from ..validation import check_range
from .package import HANDLER, build_package

DEFAULT_TIMEOUT = 10
MIN_TIMEOUT = 10
"""``issuer/token_service/kms.py`` has the reason: within it, a request for a signature ends by itself."""


class TokenFunctionArgs(TypedDict):
    """Configuration of the token service's Lambda function."""

    memory_size: NotRequired[int]
    """Memory in MB, 128 to 10240. Default: 512. Lambda allocates CPU power in proportion."""
    timeout: NotRequired[int]
    """Timeout of an invocation in seconds, 10 to 29. Default: 10. API Gateway waits 30 seconds for an integration."""
    architecture: NotRequired[str]
    """Instruction set architecture: "arm64" (default), "x86_64", or "host" for the machine that deploys, for emulators
    that run functions on it."""
    runtime: NotRequired[str]
    """The Lambda runtime: python3.12, python3.13 (default) or python3.14. With architecture "host": that of the
    interpreter that deploys."""
    bytecode: NotRequired[str]
    """Whether the package contains bytecode, which shortens cold starts: "auto" (default), if a Python of the version
    of `runtime` is found on the machine that deploys; "required"; or "none"."""
    reserved_concurrency: NotRequired[int]
    """Concurrent invocations reserved for the function, which is also its maximum: a flood of requests takes no more of
    the account's concurrency. Default: the unreserved concurrency of the account."""
    provisioned_concurrency: NotRequired[int]
    """Number of initialized execution environments, billed continuously. At most half of `reserved_concurrency`, if set.
    Default: none."""
    tracing: NotRequired[bool]
    """Whether invocations are traced with X-Ray. Default: false."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the function's environment variables. Default: an AWS owned key."""
    log_retention_days: NotRequired[int]
    """Retention of log events in days: 1, 3, 5, 7, 14, 30 (default), 60, 90 or another value that CloudWatch Logs
    supports."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the log group. Default: an AWS owned key."""


def shared_settings(settings: TokenFunctionArgs) -> FunctionSettingsArgs:
    """The settings that have the same rules as those of the authorizer's function: all but the timeout."""
    return cast("FunctionSettingsArgs", {key: value for key, value in settings.items() if key != "timeout"})


def check_function_settings(settings: TokenFunctionArgs, faults: Faults) -> None:
    """Record in ``faults`` what Lambda or API Gateway would reject."""
    check_settings(shared_settings(settings), faults)
    why = "seconds, since requests to KMS may take nine, and API Gateway waits for 30"
    check_range(settings.get("timeout"), MIN_TIMEOUT, 29, why, faults.below("timeout"))


def create_log_group(
    name: str, settings: TokenFunctionArgs, tags: Mapping[str, pulumi.Input[str]] | None, opts: pulumi.ResourceOptions
) -> aws.cloudwatch.LogGroup:
    """The function's log group, which exists before it: Lambda would create one without a retention."""
    return aws.cloudwatch.LogGroup(
        f"{name}-logs",
        name=f"/aws/lambda/{scoped_name(name)}",
        retention_in_days=settings.get("log_retention_days", DEFAULT_RETENTION_DAYS),
        kms_key_id=settings.get("log_kms_key_arn"),
        tags=tags,
        opts=opts,
    )


def create_function(
    name: str,
    config: pulumi.Output[str],
    settings: TokenFunctionArgs,
    role_arn: pulumi.Input[str],
    log_group: aws.cloudwatch.LogGroup,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> tuple[aws.lambda_.Function, LiveAlias]:
    """The function and its alias ``live``; its package contains ``config`` as ``config.json``."""
    shared = shared_settings(settings)
    target = package_target(shared)
    package = build_package(target, bytecode=may_hold_bytecode(shared))
    function = aws.lambda_.Function(
        f"{name}-lambda",
        description="Token endpoint whose access tokens a KMS key signs",
        role=role_arn,
        runtime=target.runtime,
        architectures=[target.architecture],
        handler=HANDLER,
        code=config.apply(
            lambda text: pulumi.AssetArchive(
                {".": pulumi.FileArchive(str(package)), "config.json": pulumi.StringAsset(text)}
            )
        ),
        kms_key_arn=settings.get("kms_key_arn"),
        memory_size=settings.get("memory_size", DEFAULT_MEMORY_SIZE),
        timeout=settings.get("timeout", DEFAULT_TIMEOUT),
        publish=True,
        reserved_concurrent_executions=settings.get("reserved_concurrency"),
        tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active") if settings.get("tracing") else None,
        # The level of the platform's own log lines; the service's level is in config.json.
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="JSON", system_log_level="WARN", log_group=log_group.name
        ),
        tags=tags,
        opts=opts,
    )
    return function, create_live_alias(name, function, opts, settings.get("provisioned_concurrency"))
