"""CloudWatch Logs: log groups and the metrics made from them."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, again, update_tags


def _create_group(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["name"]
    given: dict[str, Any] = {key: inputs[key] for key in ("kmsKeyId", "tags") if inputs[key]}  # AWS rejects empty tags
    aws.logs.create_log_group(logGroupName=name, logGroupClass=inputs["logGroupClass"], **given)
    _set_retention(aws, name, inputs["retentionInDays"])
    return name, {"arn": aws.arn("logs", f"log-group:{name}")}


def _set_retention(aws: Aws, name: str, days: int) -> None:
    if days:
        aws.logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        aws.logs.delete_retention_policy(logGroupName=name)


def _update_group(aws: Aws, group: Deployed, new: Inputs) -> Outputs:
    _set_retention(aws, group.id, new["retentionInDays"])
    if new["kmsKeyId"]:
        aws.logs.associate_kms_key(logGroupName=group.id, kmsKeyId=new["kmsKeyId"])
    elif group.inputs["kmsKeyId"]:
        aws.logs.disassociate_kms_key(logGroupName=group.id)
    arn = group.outputs["arn"]
    update_tags(
        group,
        new,
        lambda tags: aws.logs.tag_resource(resourceArn=arn, tags=tags),
        lambda keys: aws.logs.untag_resource(resourceArn=arn, tagKeys=keys),
    )
    return {}


LOG_GROUP = Handler(
    create=_create_group,
    update=_update_group,
    delete=lambda aws, group: aws.logs.delete_log_group(logGroupName=group.id),
    inputs=frozenset({"name"}),
    replace_on=frozenset({"logGroupClass", "name"}),
    defaults={"kmsKeyId": None, "logGroupClass": "STANDARD", "retentionInDays": 0, "tags": {}},
    auto_name="name",
)


def _put_filter(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    given = inputs["metricTransformation"]
    transformation: Any = {
        "metricName": given["name"],
        "metricNamespace": given["namespace"],
        "metricValue": given["value"],
        "unit": given.get("unit", "None"),
    }
    if "defaultValue" in given:
        transformation["defaultValue"] = float(given["defaultValue"])
    if "dimensions" in given:
        transformation["dimensions"] = given["dimensions"]
    if unknown := sorted(given.keys() - {"name", "namespace", "value", "unit", "defaultValue", "dimensions"}):
        raise ValueError(f"metricTransformation has unknown fields: {', '.join(unknown)}")
    aws.logs.put_metric_filter(
        logGroupName=inputs["logGroupName"],
        filterName=inputs["name"],
        filterPattern=inputs["pattern"],
        metricTransformations=[transformation],
    )
    return inputs["name"], {}


def _delete_filter(aws: Aws, metric: Deployed) -> None:
    aws.logs.delete_metric_filter(logGroupName=metric.inputs["logGroupName"], filterName=metric.id)


LOG_METRIC_FILTER = Handler(
    create=_put_filter,
    update=again(_put_filter),
    delete=_delete_filter,
    inputs=frozenset({"logGroupName", "metricTransformation", "name", "pattern"}),
    replace_on=frozenset({"logGroupName", "name"}),
    auto_name="name",
)
