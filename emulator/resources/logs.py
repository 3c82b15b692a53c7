"""CloudWatch Logs: log groups."""

from emulator.aws import Aws
from emulator.resources.handler import Deployed, Handler, Inputs, Outputs, tag_changes


def _create_group(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["name"]
    aws.logs.create_log_group(
        logGroupName=name,
        logGroupClass=inputs["logGroupClass"],
        tags=inputs["tags"],
        **({"kmsKeyId": inputs["kmsKeyId"]} if inputs["kmsKeyId"] else {}),
    )
    _set_retention(aws, name, inputs)
    return name, {"arn": _arn(aws, name)}


def _arn(aws: Aws, name: str) -> str:
    return aws.arn("logs", f"log-group:{name}")


def _set_retention(aws: Aws, name: str, inputs: Inputs) -> None:
    if inputs["retentionInDays"]:
        aws.logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    else:
        aws.logs.delete_retention_policy(logGroupName=name)


def _update_group(aws: Aws, group: Deployed, new: Inputs) -> Outputs:
    if new["retentionInDays"] != group.inputs["retentionInDays"]:
        _set_retention(aws, group.id, new)
    if new["kmsKeyId"] and new["kmsKeyId"] != group.inputs["kmsKeyId"]:
        aws.logs.associate_kms_key(logGroupName=group.id, kmsKeyId=new["kmsKeyId"])
    elif group.inputs["kmsKeyId"] and not new["kmsKeyId"]:
        aws.logs.disassociate_kms_key(logGroupName=group.id)
    changed, removed = tag_changes(group.inputs, new)
    if changed:
        aws.logs.tag_resource(resourceArn=_arn(aws, group.id), tags=changed)
    if removed:
        aws.logs.untag_resource(resourceArn=_arn(aws, group.id), tagKeys=removed)
    return {}


def _delete_group(aws: Aws, group: Deployed) -> None:
    aws.logs.delete_log_group(logGroupName=group.id)


LOG_GROUP = Handler(
    create=_create_group,
    update=_update_group,
    delete=_delete_group,
    inputs=frozenset({"kmsKeyId", "logGroupClass", "name", "retentionInDays", "tags"}),
    replace_on=frozenset({"logGroupClass", "name"}),
    defaults={"kmsKeyId": None, "logGroupClass": "STANDARD", "retentionInDays": 0, "tags": {}},
    auto_name="name",
)
