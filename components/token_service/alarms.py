"""CloudWatch alarms of a token service: failures, throttling, failed logins, and keys of AWS STS that cannot be read."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..http_api.alarms import FAILED_REFRESHES, KEYS_PERIOD
from ..validation import Faults
from .clients import AwsAccountArgs
from .contract import FAILED_LOGINS, METRIC_NAMESPACE, TOKENS_FAILED

PERIOD = 300
"""The evaluation period in seconds."""

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
) -> None:
    """Create the alarms. ``accounts`` are those whose keys the function reads."""
    topic = [alarms["topic_arn"]] if "topic_arn" in alarms else []
    failures, failed_logins = (
        alarms.get("failures", DEFAULT_FAILURES),
        alarms.get("failed_logins", DEFAULT_FAILED_LOGINS),
    )
    # With only FunctionName as dimension, the metrics are those of all versions and aliases of the function.
    function = {"FunctionName": function_name}

    def alarm(
        role: str,
        description: str,
        namespace: str,
        metric: str,
        threshold: int,
        dimensions: Mapping[str, pulumi.Input[str]] = function,
        period: int = PERIOD,
    ) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{name}-alarm-{role}",
            alarm_description=f"{name}: {description}",
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic="Sum",
            period=period,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=topic,
            ok_actions=topic,
            tags=tags,
            opts=opts,
        )

    alarm("errors", "the token service fails, clients get a 500", "AWS/Lambda", "Errors", 1)
    alarm("throttles", "the token service is throttled, clients get a 500", "AWS/Lambda", "Throttles", 1)
    alarm("failures", "tokens cannot be issued, clients get a 503 or 500", METRIC_NAMESPACE, TOKENS_FAILED, failures)
    alarm("failed-logins", "many clients fail to authenticate", METRIC_NAMESPACE, FAILED_LOGINS, failed_logins)
    for number, account in enumerate(accounts, 1):
        alarm(
            f"refreshes-{number}",
            "the keys of AWS STS cannot be read, and at last no role gets a token",
            METRIC_NAMESPACE,
            "RefreshFailed",
            FAILED_REFRESHES,
            {**function, "issuer": pulumi.Output.concat("aws-", account["account_id"])},
            KEYS_PERIOD,
        )


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
