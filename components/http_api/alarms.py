"""CloudWatch alarms for the on-call engineer: errors, throttling, latency, surges of denials by reason, and keys or a denylist
that are not refreshed."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..contract import (
    DEFAULT_DENYLIST_MAX_STALE_SECONDS,
    DEFAULT_DENYLIST_REFRESH_SECONDS,
    DEFAULT_MAX_STALE_SECONDS,
    DEFAULT_REFRESH_SECONDS,
    METRIC_NAMESPACE,
    REASONS,
)
from ..faults import Faults
from ..lambda_authorizer.denylist_reader import DenylistReaderArgs
from ..lambda_authorizer.trusted_issuers import TrustedIssuerArgs, is_refreshed, names_of
from ..metric_alarms import FAILED_REFRESHES, KEYS_PERIOD, MetricAlarms

MISSED_REFRESHES = 3
"""The number of refreshes after which keys are too old."""

DEFAULT_DENIALS = {"bad_signature": 50, "unknown_key": 50, "internal_error": 1, "keys_unavailable": 1}

DENYLIST_DENIALS = {"denylist_unavailable": 1}
"""The default where there is a denylist, in addition."""


class AlarmsArgs(TypedDict):
    """CloudWatch alarms for the API and its authorizer, each with a period of five minutes. Trusted issuers whose keys are at
    a URL have two each, with a period of half an hour: three refreshes failed, in all execution environments together; and
    keys in use are older than three times `refresh_seconds`, or half of `max_stale_seconds` if that is less. A denylist has
    two, with a period of five minutes: three refreshes failed; and the copy in use is older than that."""

    topic_arn: NotRequired[pulumi.Input[str]]
    """ARN of the SNS topic that is notified when an alarm goes off and when it ends. Default: no notifications."""
    server_errors: NotRequired[int]
    """Threshold for the number of 5xx responses of the API. Default: 5."""
    denials: NotRequired[dict[str, int]]
    """Thresholds for the number of denials, by reason. Default: 50 for bad_signature and unknown_key, 1 for
    internal_error and keys_unavailable; with a denylist, also for denylist_unavailable."""


def create_alarms(
    name: str,
    api_id: pulumi.Output[str],
    function_name: pulumi.Output[str],
    timeout: int,
    trusted_issuers: Sequence[TrustedIssuerArgs],
    denylist: DenylistReaderArgs | None,
    alarms: AlarmsArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> Mapping[str, aws.cloudwatch.MetricAlarm]:
    """Create the alarms, by the last part of their names. ``timeout`` is that of the function, in seconds."""
    # With only FunctionName as dimension, the metrics are those of all versions and aliases of the function.
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
    function, api = {"FunctionName": function_name}, {"ApiId": api_id}
    created = MetricAlarms(name, alarms.get("topic_arn"), tags, opts)
    created.add("errors", "the authorizer fails, callers get a 500", "AWS/Lambda", "Errors", function, 1)
    created.add("throttles", "the authorizer is throttled, callers get a 500", "AWS/Lambda", "Throttles", function, 1)
    near_timeout = timeout * 1000 * 0.8
    slow = f"the authorizer is close to its timeout of {timeout} seconds"
    created.add("duration", slow, "AWS/Lambda", "Duration", function, near_timeout, "Maximum")
    server_errors = alarms.get("server_errors", 5)
    created.add("5xx", "the API answers with server errors", "AWS/ApiGateway", "5xx", api, server_errors)
    denials = {**DEFAULT_DENIALS, **DENYLIST_DENIALS} if denylist else DEFAULT_DENIALS
    for reason, count in alarms.get("denials", denials).items():
        surge = f"a surge of denials: {reason}"
        by_reason: dict[str, pulumi.Input[str]] = {**function, "Reason": reason}
        created.add(f"denied-{reason}", surge, METRIC_NAMESPACE, "Decisions", by_reason, count)
    if denylist:
        old, failed = "the denylist is old, and at last every request is denied", "the denylist cannot be read"
        too_old = _too_old(
            denylist.get("refresh_seconds", DEFAULT_DENYLIST_REFRESH_SECONDS),
            denylist.get("max_stale_seconds", DEFAULT_DENYLIST_MAX_STALE_SECONDS),
        )
        created.add("denylist-age", old, METRIC_NAMESPACE, "DenylistAgeSeconds", function, too_old, "Maximum")
        created.add("denylist", failed, METRIC_NAMESPACE, "DenylistRefreshFailed", function, FAILED_REFRESHES)
    for number, trusted_issuer in enumerate(trusted_issuers):
        if is_refreshed(trusted_issuer):
            issuer = trusted_issuer.get("name", number + 1)
            by_issuer = {**function, "issuer": _issuer_name(trusted_issuers, number)}
            too_old = _too_old(
                trusted_issuer.get("refresh_seconds", DEFAULT_REFRESH_SECONDS),
                trusted_issuer.get("max_stale_seconds", DEFAULT_MAX_STALE_SECONDS),
            )
            keys = f"the keys of trusted issuer {issuer}"
            old, failed = f"{keys} are old, and at last no longer trusted", f"{keys} cannot be read"
            created.add(
                f"keys-{issuer}", old, METRIC_NAMESPACE, "KeysAgeSeconds", by_issuer, too_old, "Maximum", KEYS_PERIOD
            )
            created.add(
                f"refreshes-{issuer}",
                failed,
                METRIC_NAMESPACE,
                "RefreshFailed",
                by_issuer,
                FAILED_REFRESHES,
                period=KEYS_PERIOD,
            )
    return created.alarms


def _too_old(refresh_seconds: int, max_stale_seconds: int) -> float:
    """The age in seconds that is an alarm: before keys or a copy are no longer trusted, while there is time to act."""
    return min(MISSED_REFRESHES * refresh_seconds, max_stale_seconds / 2)


def _issuer_name(trusted_issuers: Sequence[TrustedIssuerArgs], number: int) -> pulumi.Output[str]:
    """The name of issuer ``number`` in metrics; known with the ``issuer`` of all of them."""
    return pulumi.Output.from_input(trusted_issuers).apply(lambda known: names_of(known)[number])


def check_alarms(alarms: AlarmsArgs, faults: Faults) -> None:
    """Record in ``faults`` unknown reasons, and thresholds that would always be reached."""
    if alarms.get("server_errors", 1) < 1:
        faults.below("server_errors").add(f"must be at least 1, and is {alarms['server_errors']}")
    for reason, count in alarms.get("denials", {}).items():
        below = faults.below("denials", reason)
        if reason not in REASONS:
            below.add(f"is not a reason of the authorizer: write one of {', '.join(REASONS)}")
        if count < 1:
            below.add(f"must be at least 1, and is {count}")
