"""The example with alarms: each notifies the topic, and a denial is logged with the metric that its alarm looks at."""

import json
from collections.abc import Callable

import pytest

from .backend import Backend
from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk


@pytest.fixture(scope="module")
def example(deploy: Callable[..., DeployedExample], backend: Backend) -> DeployedExample:
    return deploy("alarms", backend=backend.url)


def test_somebody_is_told(example: DeployedExample) -> None:
    cloudwatch, sns = example.client("cloudwatch"), example.client("sns")
    alarms = {alarm["AlarmName"].rpartition("-")[0]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}

    denials = ("bad_signature", "unknown_key", "expired", "internal_error")
    assert set(alarms) == {
        f"orders-alarm-{role}"
        for role in ("errors", "throttles", "duration", "5xx", *(f"denied-{reason}" for reason in denials))
    }
    topic = example.outputs["topic"]
    assert {tuple(alarm["AlarmActions"] + alarm["OKActions"]) for alarm in alarms.values()} == {(topic, topic)}
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "on-call@example.com")
    (dashboard,) = cloudwatch.list_dashboards()["DashboardEntries"]
    assert dashboard["DashboardName"] == "alarms-local-orders"


def test_a_denial_is_what_its_alarm_counts(example: DeployedExample, consumer: Consumer) -> None:
    walk(consumer, EXAMPLES / "alarms" / "README.md", example.outputs)

    alarms = example.client("cloudwatch").describe_alarms()["MetricAlarms"]
    (alarm,) = (alarm for alarm in alarms if alarm["AlarmName"].startswith("orders-alarm-denied-bad_signature-"))
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    logs = example.client("logs")
    lines = [
        json.loads(event["message"])
        for group in logs.describe_log_groups()["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"], filterPattern="")["events"]
        if event["message"].startswith("{")
    ]
    (denied,) = (line for line in lines if line.get("Reason") == "bad_signature")
    (metric,) = denied["_aws"]["CloudWatchMetrics"]
    assert (metric["Namespace"], metric["Metrics"][0]["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    assert {name: denied[name] for name in metric["Dimensions"][0]} == dimensions
