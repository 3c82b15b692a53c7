"""How the authorizer's Lambda function runs, and what Lambda and API Gateway refuse of it."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from ..logs import check_retention, checked_log_group_name
from ..validation import Faults, check_range
from .package import ARCHITECTURES, RUNTIMES, Target, compiler, host_target

DEFAULT_MEMORY_SIZE = 512
DEFAULT_TIMEOUT = 5
DEFAULT_RUNTIME = "python3.13"
DEFAULT_ARCHITECTURE = "arm64"
DEFAULT_BYTECODE = "auto"

_BYTECODE = ("auto", "required", "none")


class VpcArgs(TypedDict):
    """The VPC that the function runs in. Pinned keys need none; reading keys from KMS there takes an endpoint for KMS."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Ids of the subnets."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Ids of the security groups."""


class FunctionSettingsArgs(TypedDict):
    """How the authorizer's Lambda function runs."""

    memory_size: NotRequired[int]
    """Memory in MB, 128 to 10240, default 512. Lambda's CPU share grows with it."""
    timeout: NotRequired[int]
    """Seconds that one invocation may take, 1 to 9, default 5. API Gateway waits 10 seconds for an authorizer."""
    architecture: NotRequired[str]
    """"arm64" (default), "x86_64", or "host": this very machine, for emulators that run functions on their host."""
    runtime: NotRequired[str]
    """The Lambda runtime: python3.12, python3.13 (default) or python3.14. With architecture "host", this interpreter's."""
    bytecode: NotRequired[str]
    """Whether the package holds bytecode, which shortens cold starts: "auto" (default), if a Python of the `runtime`'s
    version is found where it is deployed from; "required"; or "none". Only the last two deploy the same from everywhere."""
    reserved_concurrency: NotRequired[int]
    """Invocations at once that are kept free for the function, and its upper bound. Default: the account's pool."""
    provisioned_concurrency: NotRequired[int]
    """Execution environments that are kept warm, and billed for as long as they are. An update keeps those of the old and
    of the new version side by side until calls go to the new one, so `reserved_concurrency`, if given, must be at least
    twice as much. Default none."""
    snap_start: NotRequired[bool]
    """Whether cold starts resume from a snapshot. For Python runtimes Lambda charges for it: for keeping the snapshot of
    every published version, by its memory size and from publication (three hours at least) until the version is deleted,
    and for each resumption. Updates leave old versions behind: docs/operations.md says how to delete them. Default
    false."""
    vpc: NotRequired[VpcArgs]
    """The VPC that the function runs in. Default none."""
    tracing: NotRequired[bool]
    """Whether invocations are traced with X-Ray. Default false."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the function's environment and snapshots. Default: AWS's own."""
    log_group_name: NotRequired[pulumi.Input[str]]
    """Name of an existing log group, without wildcards. Default: one of its own is created."""
    log_retention_days: NotRequired[int]
    """Days that log events are kept: 1, 3, 5, 7, 14, 30 (default), 60, 90, ... as CloudWatch offers."""
    log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the log group. Default: AWS's own."""


def package_target(settings: FunctionSettingsArgs) -> Target:
    """What the package is built for."""
    architecture = settings.get("architecture", DEFAULT_ARCHITECTURE)
    if architecture == "host":
        return host_target()
    return Target(settings.get("runtime", DEFAULT_RUNTIME), architecture)


def may_hold_bytecode(settings: FunctionSettingsArgs) -> bool:
    """Whether the package may hold bytecode."""
    return settings.get("bytecode", DEFAULT_BYTECODE) != "none"


def check_settings(settings: FunctionSettingsArgs, faults: Faults) -> None:
    """Note in ``faults`` what Lambda or API Gateway would refuse.

    In ``settings``, the copy that ``check_shape`` made, a name that is not known yet becomes an Output that is checked.
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
            f"must be at most half of reserved_concurrency {reserved}, since an update keeps the old and the new version "
            f"warm side by side, and is {provisioned}"
        )
    if provisioned and settings.get("snap_start"):
        faults.below("snap_start").add("excludes provisioned_concurrency: Lambda takes one or the other")
    for key, ids in settings.get("vpc", {}).items():
        if not ids:
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
                f"is required, and no Python {version} was found here to make it: install one, for example with "
                f"`uv python install {version}`, deploy with it, or write auto or none"
            )
