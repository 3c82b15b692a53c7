"""A CloudWatch dashboard: the API, its authorizer, and the reasons of denials on one page."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contract import METRIC_NAMESPACE
from ..names import plain_name
from .alarms import PERIOD


def create_dashboard(
    name: str,
    parent: pulumi.Resource,
    api_id: pulumi.Output[str],
    function_name: pulumi.Output[str],
    by_issuer: bool,
    denylist: bool,
) -> None:
    """Create the dashboard ``<project>-<stack>-<name>``, with dots replaced by dashes and a hash appended if there are any.

    ``by_issuer``: whether there are trusted issuers, whose decisions get a graph; ``denylist``: whether there is a denylist,
    whose refreshes get one.
    """
    region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=parent)).region
    body = pulumi.Output.all(api_id, function_name, region).apply(
        lambda values: _body(name, by_issuer, denylist, *values)
    )
    aws.cloudwatch.Dashboard(
        f"{name}-dashboard",
        dashboard_name=plain_name(name),
        dashboard_body=body,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _body(name: str, by_issuer: bool, denylist: bool, api_id: str, function_name: str, region: str) -> str:
    # A namespace with characters other than letters and digits must be quoted, and a quoted value is matched exactly.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    found = f'MetricName="Decisions" FunctionName="{function_name}"'
    reasons = f'{{"{METRIC_NAMESPACE}",FunctionName,Reason}} {found}'
    issuers = f'{{"{METRIC_NAMESPACE}",FunctionName,Reason,issuer}} {found}'
    graphs = [
        ("requests", "Sum", _metrics("AWS/ApiGateway", "ApiId", api_id, "Count", "4xx", "5xx")),
        ("decisions by reason", "Sum", [[{"expression": f"SEARCH('{reasons}', 'Sum')", "id": "reasons"}]]),
        ("latency (ms)", "p99", _metrics("AWS/ApiGateway", "ApiId", api_id, "Latency", "IntegrationLatency")),
        ("authorizer duration (ms)", "p99", _metrics("AWS/Lambda", "FunctionName", function_name, "Duration")),
        (
            "authorizer",
            "Sum",
            _metrics("AWS/Lambda", "FunctionName", function_name, "Invocations", "Errors", "Throttles"),
        ),
        (
            "authorizer environments",
            "Maximum",
            _metrics("AWS/Lambda", "FunctionName", function_name, "ConcurrentExecutions"),
        ),
    ]
    if by_issuer:
        graphs.append(
            ("decisions by issuer", "Sum", [[{"expression": f"SEARCH('{issuers}', 'Sum')", "id": "issuers"}]])
        )
    if denylist:
        refreshes = ("DenylistAgeSeconds", "DenylistRefreshFailed")
        graphs.append(("denylist", "Maximum", _metrics(METRIC_NAMESPACE, "FunctionName", function_name, *refreshes)))
    widgets = [
        {
            "type": "metric",
            "x": place % 2 * 12,
            "y": place // 2 * 6,
            "width": 12,
            "height": 6,
            "properties": {
                "title": f"{name}: {title}",
                "region": region,
                "metrics": metrics,
                "stat": statistic,
                "period": PERIOD,
                "view": "timeSeries",
            },
        }
        for place, (title, statistic, metrics) in enumerate(graphs)
    ]
    return json.dumps({"widgets": widgets}, sort_keys=True)


def _metrics(namespace: str, dimension: str, value: str, *names: str) -> list[list[Any]]:
    return [[namespace, name, dimension, value] for name in names]
