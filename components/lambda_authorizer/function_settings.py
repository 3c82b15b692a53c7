"""The settings of the authorizer's Lambda function, and the rules of Lambda and API Gateway for them."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..lambda_package.target import ARCHITECTURES, RUNTIMES, Target, compiler, host_target
from ..logs import check_retention, checked_log_group_name
from ..validation import check_range

DEFAULT_MEMORY_SIZE = 512
DEFAULT_TIMEOUT = 5
DEFAULT_RUNTIME = "python3.13"
DEFAULT_ARCHITECTURE = "arm64"
DEFAULT_BYTECODE = "auto"

_BYTECODE = ("auto", "required", "none")


class VpcArgs(TypedDict):
    """The VPC that the function is connected to. Not needed for pinned keys; reading keys from KMS requires a KMS
    endpoint in the VPC, reading a denylist a gateway endpoint for S3, and reading the keys of other issuers from a URL a route
    to the internet."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """IDs of the subnets."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """IDs of the security groups."""
    internet_access: NotRequired[bool]
    """Confirms that the function can reach the internet through the subnets. Required to be true if `trusted_issuers` have
    keys at a URL. Default: false."""


class FunctionSettingsArgs(TypedDict):
    """Configuration of the authorizer's Lambda function."""

    memory_size: NotRequired[int]
    """Memory in MB, 128 to 10240. Default: 512. Lambda allocates CPU power in proportion."""
    timeout: NotRequired[int]
    """Timeout of an invocation in seconds, 1 to 9. Default: 5. API Gateway waits 10 seconds for an authorizer."""
    architecture: NotRequired[str]
    """Instruction set architecture: "arm64" (default), "x86_64", or "host" for the machine that deploys, for emulators
    that run functions on it."""
    runtime: NotRequired[str]
    """The Lambda runtime: python3.12, python3.13 (default) or python3.14. With architecture "host": that of the
    interpreter that deploys."""
    bytecode: NotRequired[str]
    """Whether the package contains bytecode, which shortens cold starts: "auto" (default), if a Python of the version
    of `runtime` is found on the machine that deploys; "required"; or "none". Only the last two give the same package on
    every machine."""
    single_module: NotRequired[bool]
    """Whether what pinned ECDSA, RSA and EdDSA keys import is one module of the package, made from the sources in it, which
    shortens cold starts by a tenth or more. Default: true."""
    reserved_concurrency: NotRequired[int]
    """Concurrent invocations reserved for the function, which is also its maximum. Default: the unreserved concurrency
    of the account."""
    provisioned_concurrency: NotRequired[int]
    """Number of initialized execution environments, billed continuously. During an update the old and the new version
    both have that many, so `reserved_concurrency`, if set, must be at least twice this value. Default: none."""
    snap_start: NotRequired[bool]
    """Whether to use Lambda SnapStart. For Python runtimes Lambda charges for the cached snapshot of every published
    version, by memory size, from publication (for at least three hours) until the version is deleted, and for each
    restore. Old versions remain after updates: docs/operations.md tells how to delete them. Default: false."""
    vpc: NotRequired[VpcArgs]
    """The VPC that the function is connected to. Default: none."""
    tracing: NotRequired[bool]
    """Whether invocations are traced with X-Ray. Default: false."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the function's environment variables and snapshots. Default: an AWS owned
    key."""
    log_group_name: NotRequired[pulumi.Input[str]]
    """Name of an existing log group, without wildcards. Default: a log group is created."""
    log_retention_days: NotRequired[int]
    """Retention of log events in days: 1, 3, 5, 7, 14, 30 (default), 60, 90 or another value that CloudWatch Logs
    supports."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the log group. Default: an AWS owned key."""


def vpc_config(vpc: VpcArgs) -> aws.lambda_.FunctionVpcConfigArgs:
    """The part of ``vpc`` that Lambda is told."""
    return aws.lambda_.FunctionVpcConfigArgs(subnet_ids=vpc["subnet_ids"], security_group_ids=vpc["security_group_ids"])


def package_target(settings: FunctionSettingsArgs) -> Target:
    """The target that the package is built for."""
    architecture = settings.get("architecture", DEFAULT_ARCHITECTURE)
    if architecture == "host":
        return host_target()
    return Target(settings.get("runtime", DEFAULT_RUNTIME), architecture)


def may_hold_bytecode(settings: FunctionSettingsArgs) -> bool:
    """Whether the package may contain bytecode."""
    return settings.get("bytecode", DEFAULT_BYTECODE) != "none"


def has_single_module(settings: FunctionSettingsArgs) -> bool:
    """Whether the package has a single module beside its sources."""
    return settings.get("single_module", True)


def check_settings(settings: FunctionSettingsArgs, faults: Faults) -> None:
    """Record in ``faults`` what Lambda or API Gateway would reject.

    In ``settings``, which is the copy from ``check_shape``, a name that is not known yet is replaced by a checked Output.
    """
    check_range(settings.get("memory_size"), 128, 10240, "MB", faults.below("memory_size"))
    check_range(settings.get("timeout"), 1, 9, "seconds, since API Gateway waits for 10", faults.below("timeout"))
    architecture, runtime = settings.get("architecture", DEFAULT_ARCHITECTURE), settings.get("runtime", DEFAULT_RUNTIME)
    if architecture not in (*ARCHITECTURES, "host"):
        faults.below("architecture").add(f"must be arm64, x86_64 or host, and is {architecture!r}")
    if runtime not in RUNTIMES:
        faults.below("runtime").add(f"must be one of {', '.join(RUNTIMES)}, and is {runtime!r}")
    _check_bytecode(settings, faults.below("bytecode"))
    provisioned, reserved = settings.get("provisioned_concurrency"), settings.get("reserved_concurrency")
    check_range(reserved, 1, 100_000, "invocations", faults.below("reserved_concurrency"))
    check_range(provisioned, 1, 100_000, "environments", faults.below("provisioned_concurrency"))
    if provisioned and reserved and 2 * provisioned > reserved:
        faults.below("provisioned_concurrency").add(
            f"must be at most half of reserved_concurrency {reserved}, since during an update both the old and the new version "
            f"have provisioned environments, and is {provisioned}"
        )
    if provisioned and settings.get("snap_start"):
        faults.below("snap_start").add(
            "cannot be combined with provisioned_concurrency: Lambda supports only one of them"
        )
    for key in ("subnet_ids", "security_group_ids"):
        if settings.get("vpc", {}).get(key) == []:
            faults.below("vpc", key).add("must not be empty")
    if "log_group_name" in settings:
        settings["log_group_name"] = checked_log_group_name(settings["log_group_name"], faults.below("log_group_name"))
    for key in ("log_retention_days", "log_kms_key_arn"):
        if key in settings and "log_group_name" in settings:
            faults.below(key).add("has no effect on an existing log group: remove it")
    check_retention(settings.get("log_retention_days"), faults.below("log_retention_days"))


def _check_bytecode(settings: FunctionSettingsArgs, faults: Faults) -> None:
    bytecode = settings.get("bytecode", DEFAULT_BYTECODE)
    if bytecode not in _BYTECODE:
        faults.add(f"must be {', '.join(_BYTECODE[:-1])} or {_BYTECODE[-1]}, and is {bytecode!r}")
    elif bytecode == "required" and settings.get("runtime", DEFAULT_RUNTIME) in RUNTIMES:
        wanted = package_target(settings)
        if compiler(wanted) is None:
            version = wanted.runtime.removeprefix("python")
            faults.add(
                f'is "required", but no Python {version} was found on this machine: install it, for example with '
                f"`uv python install {version}`, deploy with it, or write auto or none"
            )
