"""CloudWatch: alarms and dashboards."""

from typing import Any

from ..aws import PARTITION, Aws
from .handler import Deployed, Handler, Inputs, Outputs, again, key_value_tags, request, update_tags

_ALARM = (
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "evaluationPeriods",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
)


def _put_alarm(aws: Aws, inputs: Inputs) -> str:
    parameters = request(inputs, *_ALARM)
    if inputs["dimensions"]:
        parameters["Dimensions"] = _dimensions(inputs["dimensions"])
    if inputs["metricQueries"]:
        parameters["Metrics"] = [_query(query) for query in inputs["metricQueries"]]
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=inputs["name"], OKActions=inputs["okActions"], **parameters)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[inputs["name"]])["MetricAlarms"]
    return str(alarm["AlarmArn"])


def _dimensions(dimensions: dict[str, str]) -> list[Any]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _query(query: dict[str, Any]) -> dict[str, Any]:
    parameters = request(query, "accountId", "expression", "id", "label", "period", "returnData")
    if metric := query.get("metric"):
        named = request(metric, "metricName", "namespace")
        parameters["MetricStat"] = {
            "Metric": {**named, "Dimensions": _dimensions(metric.get("dimensions", {}))},
            **request(metric, "period", "stat", "unit"),
        }
    return parameters


def _create_alarm(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    arn = _put_alarm(aws, inputs)
    if inputs["tags"]:
        aws.client("cloudwatch").tag_resource(ResourceARN=arn, Tags=key_value_tags(inputs["tags"]))
    return inputs["name"], {"arn": arn}


def _update_alarm(aws: Aws, alarm: Deployed, new: Inputs) -> Outputs:
    arn = _put_alarm(aws, new)
    update_tags(
        alarm,
        new,
        lambda tags: aws.client("cloudwatch").tag_resource(ResourceARN=arn, Tags=key_value_tags(tags)),
        lambda keys: aws.client("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=keys),
    )
    return {}


METRIC_ALARM = Handler(
    create=_create_alarm,
    update=_update_alarm,
    delete=lambda aws, alarm: aws.client("cloudwatch").delete_alarms(AlarmNames=[alarm.id]),
    inputs=frozenset({"name"}),
    replace_on=frozenset({"name"}),
    # PutMetricAlarm replaces the whole alarm, so a removed input is removed there too.
    defaults={**dict.fromkeys(_ALARM), "dimensions": {}, "metricQueries": [], "okActions": [], "tags": {}},
    auto_name="name",
)


def _put_dashboard(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["dashboardName"]
    answer = aws.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=inputs["dashboardBody"])
    if messages := answer.get("DashboardValidationMessages"):
        raise ValueError(f"the dashboard's body is not valid: {messages}")
    return name, {"dashboardArn": f"arn:{PARTITION}:cloudwatch::{aws.account}:dashboard/{name}"}


DASHBOARD = Handler(
    create=_put_dashboard,
    update=again(_put_dashboard),
    delete=lambda aws, board: aws.client("cloudwatch").delete_dashboards(DashboardNames=[board.id]),
    inputs=frozenset({"dashboardBody", "dashboardName"}),
    replace_on=frozenset({"dashboardName"}),
)
