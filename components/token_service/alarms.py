"""CloudWatch alarms of a token service: failures, throttling, and failed logins."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..validation import Faults
from .contract import FAILED_LOGINS, METRIC_NAMESPACE, TOKENS_FAILED

PERIOD = 300
"""The evaluation period in seconds."""

DEFAULT_FAILED_LOGINS = 20
DEFAULT_FAILURES = 1


class TokenAlarmsArgs(TypedDict):
    """CloudWatch alarms for the token service, each with a period of five minutes: its function fails, it is throttled, it
    cannot issue tokens, and clients fail to authenticate."""

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
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the alarms."""
    topic = [alarms["topic_arn"]] if "topic_arn" in alarms else []
    failures, failed_logins = (
        alarms.get("failures", DEFAULT_FAILURES),
        alarms.get("failed_logins", DEFAULT_FAILED_LOGINS),
    )
    for role, description, namespace, metric, threshold in (
        ("errors", "the token service fails, clients get a 500", "AWS/Lambda", "Errors", 1),
        ("throttles", "the token service is throttled, clients get a 500", "AWS/Lambda", "Throttles", 1),
        ("failures", "tokens cannot be issued, clients get a 503 or 500", METRIC_NAMESPACE, TOKENS_FAILED, failures),
        ("failed-logins", "many clients fail to authenticate", METRIC_NAMESPACE, FAILED_LOGINS, failed_logins),
    ):
        aws.cloudwatch.MetricAlarm(
            f"{name}-alarm-{role}",
            alarm_description=f"{name}: {description}",
            namespace=namespace,
            metric_name=metric,
            # With only FunctionName as dimension, the metrics are those of all versions and aliases of the function.
            dimensions={"FunctionName": function_name},
            statistic="Sum",
            period=PERIOD,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=topic,
            ok_actions=topic,
            tags=tags,
            opts=opts,
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
