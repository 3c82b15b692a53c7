"""A CloudWatch dashboard: the API, its authorizer, and who is denied why and where, on one page."""

import json
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from ..contract import METRIC_NAMESPACE
from ..metric_alarms import PERIOD
from ..names import plain_name


def create_dashboard(
    name: str,
    parent: pulumi.Resource,
    api_id: pulumi.Output[str],
    function_name: pulumi.Output[str],
    log_group: pulumi.Input[str | None],
    by_issuer: bool,
    denylist: bool,
) -> aws.cloudwatch.Dashboard:
    """The dashboard ``<project>-<stack>-<name>``, with dots replaced by dashes and a hash appended if there are any.

    ``log_group``: the name of the authorizer's, or ``None`` for a function of one's own, whose log has other lines;
    ``by_issuer``: whether there are trusted issuers, whose decisions get a graph; ``denylist``: whether there is a denylist,
    whose refreshes get one.
    """
    region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=parent)).region
    body = pulumi.Output.all(api_id, function_name, log_group, region).apply(
        lambda values: _body(name, by_issuer, denylist, _Deployed(*values))
    )
    return aws.cloudwatch.Dashboard(
        f"{name}-dashboard",
        dashboard_name=plain_name(name),
        dashboard_body=body,
        opts=pulumi.ResourceOptions(parent=parent),
    )


class _Deployed(NamedTuple):
    """What is known when it is deployed."""

    api_id: str
    function_name: str
    log_group: str | None
    region: str


def _body(name: str, by_issuer: bool, denylist: bool, deployed: _Deployed) -> str:
    api, function = ("AWS/ApiGateway", "ApiId", deployed.api_id), ("AWS/Lambda", "FunctionName", deployed.function_name)
    widgets = [
        _graph("requests", "Sum", _metrics(*api, "Count", "4xx", "5xx")),
        _graph("decisions by reason", "Sum", _decisions("reasons", deployed.function_name, "Reason")),
    ]
    if by_issuer:
        issuers = _decisions("issuers", deployed.function_name, "Reason", "issuer")
        widgets.append(_graph("decisions by issuer", "Sum", issuers))
    if deployed.log_group:
        widgets.append(_denials_by_route(deployed.log_group, deployed.function_name, by_issuer))
    widgets += [
        _graph("latency (ms)", "p99", _metrics(*api, "Latency", "IntegrationLatency")),
        _graph("authorizer duration (ms)", "p99", _metrics(*function, "Duration")),
        _graph("authorizer", "Sum", _metrics(*function, "Invocations", "Errors", "Throttles")),
        _graph("authorizer environments", "Maximum", _metrics(*function, "ConcurrentExecutions")),
    ]
    if denylist:
        refreshes = ("DenylistAgeSeconds", "DenylistRefreshFailed")
        found = _metrics(METRIC_NAMESPACE, "FunctionName", deployed.function_name, *refreshes)
        widgets.append(_graph("denylist", "Maximum", found))
    placed = [
        {
            "type": kind,
            "x": place % 2 * 12,
            "y": place // 2 * 6,
            "width": 12,
            "height": 6,
            "properties": {**properties, "title": f"{name}: {properties['title']}", "region": deployed.region},
        }
        for place, (kind, properties) in enumerate(widgets)
    ]
    return json.dumps({"widgets": placed}, sort_keys=True)


def _graph(title: str, statistic: str, metrics: list[list[Any]]) -> tuple[str, dict[str, Any]]:
    graph = {"title": title, "metrics": metrics, "stat": statistic, "period": PERIOD, "view": "timeSeries"}
    return "metric", graph


def _metrics(namespace: str, dimension: str, value: str, *names: str) -> list[list[Any]]:
    return [[namespace, name, dimension, value] for name in names]


def _decisions(id_: str, function_name: str, *dimensions: str) -> list[list[Any]]:
    # A namespace with characters other than letters and digits must be quoted, and a quoted value is matched exactly.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    schema = ",".join((f'"{METRIC_NAMESPACE}"', "FunctionName", *dimensions))
    terms = f'{{{schema}}} MetricName="Decisions" FunctionName="{function_name}"'
    return [[{"expression": f"SEARCH('{terms}', 'Sum')", "id": id_}]]


def _denials_by_route(log_group: str, function_name: str, by_issuer: bool) -> tuple[str, dict[str, Any]]:
    """A table from the log: as a dimension of the metric, the route would be paid for with every reason.

    The function's name, since several functions may have one log group.
    """
    fields = ["routeKey", "Reason", *(["issuer"] if by_issuer else [])]
    query = (
        f"SOURCE '{log_group}'",
        f'filter FunctionName = "{function_name}" and message = "denied"',
        f"stats count(*) as denials by {', '.join(fields)}",
        "sort denials desc",
        "limit 20",
    )
    return "log", {"title": "denials by route", "query": " | ".join(query), "view": "table"}
