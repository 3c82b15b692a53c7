"""Step Functions: state machines."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, update_tags


def _settings(inputs: Inputs) -> dict[str, Any]:
    logs = inputs["loggingConfiguration"]
    destination = logs.get("logDestination")
    groups = [{"cloudWatchLogsLogGroup": {"logGroupArn": destination}}] if destination else []
    return {
        "definition": inputs["definition"],
        "roleArn": inputs["roleArn"],
        "publish": inputs["publish"],
        "loggingConfiguration": {
            "level": logs.get("level", "OFF"),
            "includeExecutionData": logs.get("includeExecutionData", False),
            "destinations": groups,
        },
        "tracingConfiguration": {"enabled": inputs["tracingConfiguration"].get("enabled", False)},
    }


def _tags(tags: dict[str, str]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _create(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    arn = aws.client("stepfunctions").create_state_machine(
        name=inputs["name"], type=inputs["type"], tags=_tags(inputs["tags"]), **_settings(inputs)
    )["stateMachineArn"]
    return arn, _outputs(aws, arn)


def _update(aws: Aws, machine: Deployed, new: Inputs) -> Outputs:
    machines = aws.client("stepfunctions")
    if _settings(new) != _settings(machine.inputs):
        machines.update_state_machine(stateMachineArn=machine.id, **_settings(new))
    update_tags(
        machine,
        new,
        lambda tags: machines.tag_resource(resourceArn=machine.id, tags=_tags(tags)),
        lambda keys: machines.untag_resource(resourceArn=machine.id, tagKeys=keys),
    )
    return _outputs(aws, machine.id)


def _outputs(aws: Aws, arn: str) -> Outputs:
    machines = aws.client("stepfunctions")
    found = machines.describe_state_machine(stateMachineArn=arn)
    versions = machines.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]  # newest first
    return {
        "arn": arn,
        "creationDate": found["creationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": found.get("description", ""),
        "revisionId": found.get("revisionId", ""),
        "stateMachineVersionArn": versions[0]["stateMachineVersionArn"] if versions else "",
        "status": found["status"],
    }


STATE_MACHINE = Handler(
    create=_create,
    update=_update,
    delete=lambda aws, machine: aws.client("stepfunctions").delete_state_machine(stateMachineArn=machine.id),
    inputs=frozenset({"definition", "name", "roleArn"}),
    replace_on=frozenset({"name", "type"}),
    defaults={
        "loggingConfiguration": {},
        "publish": False,
        "tags": {},
        "tracingConfiguration": {},
        "type": "STANDARD",
    },
    auto_name="name",
)
