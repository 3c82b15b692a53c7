"""CloudWatch alarms of a token service: failures, throttling, failed logins, and keys of AWS STS that cannot be read."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..metric_alarms import FAILED_REFRESHES, KEYS_PERIOD, MetricAlarms
from .clients import AwsAccountArgs
from .contract import FAILED_LOGINS, METRIC_NAMESPACE, TOKENS_FAILED

DEFAULT_FAILED_LOGINS = 20
DEFAULT_FAILURES = 1


class TokenAlarmsArgs(TypedDict):
    """CloudWatch alarms for the token service, each with a period of five minutes: its function fails, it is throttled, it
    cannot issue tokens, and clients fail to authenticate. Where roles are clients, one for each of `aws_accounts`, with a
    period of half an hour: its keys could not be read three times."""

    topic_arn: NotRequired[pulumi.Input[str]]
    """ARN of the SNS topic that is notified when an alarm goes off and when it ends. Default: no notifications."""
    failed_logins: NotRequired[int]
    """Threshold for the number of requests that were refused since the client did not authenticate. Default: 20."""
    failures: NotRequired[int]
    """Threshold for the number of tokens that could not be issued, since KMS did not sign or the service failed.
    Default: 1."""


def create_alarms(
    name: str,
    function_name: pulumi.Output[str],
    alarms: TokenAlarmsArgs,
    accounts: Sequence[AwsAccountArgs],
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> Mapping[str, aws.cloudwatch.MetricAlarm]:
    """Create the alarms, by the last part of their names. ``accounts`` are those whose keys the function reads."""
    failures = alarms.get("failures", DEFAULT_FAILURES)
    logins = alarms.get("failed_logins", DEFAULT_FAILED_LOGINS)
    # With only FunctionName as dimension, the metrics are those of all versions and aliases of the function.
    function = {"FunctionName": function_name}
    created = MetricAlarms(name, alarms.get("topic_arn"), tags, opts)
    created.add("errors", "the token service fails, clients get a 500", "AWS/Lambda", "Errors", function, 1)
    created.add(
        "throttles", "the token service is throttled, clients get a 500", "AWS/Lambda", "Throttles", function, 1
    )
    refused = "tokens cannot be issued, clients get a 503 or 500"
    created.add("failures", refused, METRIC_NAMESPACE, TOKENS_FAILED, function, failures)
    created.add("failed-logins", "many clients fail to authenticate", METRIC_NAMESPACE, FAILED_LOGINS, function, logins)
    for number, account in enumerate(accounts, 1):
        created.add(
            f"refreshes-{number}",
            "the keys of AWS STS cannot be read, and at last no role gets a token",
            METRIC_NAMESPACE,
            "RefreshFailed",
            {**function, "issuer": pulumi.Output.concat("aws-", account["account_id"])},
            FAILED_REFRESHES,
            period=KEYS_PERIOD,
        )
    return created.alarms


def check_alarms(alarms: TokenAlarmsArgs, log_level: str | None, faults: Faults) -> None:
    """Record in ``faults`` thresholds that would always be reached, or never."""
    if alarms.get("failed_logins", 1) < 1:
        faults.below("failed_logins").add(f"must be at least 1, and is {alarms['failed_logins']}")
    if alarms.get("failures", 1) < 1:
        faults.below("failures").add(f"must be at least 1, and is {alarms['failures']}")
    if log_level == "ERROR":
        faults.below("failed_logins").add(
            "would never go off, since the metrics are part of the log lines: write log_level WARN or INFO, or remove alarms"
        )
