"""EventBridge: rules and their targets."""

import json
import secrets
from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request, update_tags


def _put_rule(aws: Aws, inputs: Inputs, **tags: Any) -> Outputs:
    parameters = request(inputs, "description", "eventBusName", "name", "roleArn", "scheduleExpression")
    pattern = inputs["eventPattern"] and json.dumps(
        json.loads(inputs["eventPattern"]), separators=(",", ":"), sort_keys=True
    )
    if pattern:
        parameters["EventPattern"] = pattern
    state = inputs["state"] or ("DISABLED" if inputs["isEnabled"] is False else "ENABLED")
    arn = aws.client("events").put_rule(State=state, **parameters, **tags)["RuleArn"]
    return {"arn": arn, "eventPattern": pattern, "isEnabled": state != "DISABLED", "state": state}


def _create_rule(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    bus = inputs["eventBusName"]
    identifier = inputs["name"] if bus == "default" else f"{bus}/{inputs['name']}"
    return identifier, _put_rule(aws, inputs, Tags=key_value_tags(inputs["tags"]))


def _update_rule(aws: Aws, rule: Deployed, new: Inputs) -> Outputs:
    if rule.inputs["roleArn"] and not new["roleArn"]:
        raise ValueError("roleArn: the emulator can replace the role of a rule, and not remove it")
    outputs, events = _put_rule(aws, new), aws.client("events")
    update_tags(
        rule,
        new,
        lambda tags: events.tag_resource(ResourceARN=outputs["arn"], Tags=key_value_tags(tags)),
        lambda keys: events.untag_resource(ResourceARN=outputs["arn"], TagKeys=keys),
    )
    return outputs


def _delete_rule(aws: Aws, rule: Deployed) -> None:
    aws.client("events").delete_rule(Force=rule.inputs["forceDestroy"], **request(rule.inputs, "eventBusName", "name"))


RULE = Handler(
    create=_create_rule,
    update=_update_rule,
    delete=_delete_rule,
    inputs=frozenset({"name"}),
    replace_on=frozenset({"eventBusName", "name"}),
    defaults={
        "description": "",
        "eventBusName": "default",
        "eventPattern": None,
        "forceDestroy": False,
        "isEnabled": None,
        "roleArn": None,
        "scheduleExpression": None,
        "state": None,
        "tags": {},
    },
    auto_name="name",
)

_TARGET = ("arn", "deadLetterConfig", "input", "inputPath", "retryPolicy", "roleArn")


def _put_target(aws: Aws, inputs: Inputs, identifier: str) -> None:
    target = {"Id": identifier, **request(inputs, *_TARGET)}
    if transformer := inputs["inputTransformer"]:
        target["InputTransformer"] = {
            "InputPathsMap": transformer.get("inputPaths", {}),
            "InputTemplate": transformer["inputTemplate"],
        }
    if queue := inputs["sqsTarget"]:
        target["SqsParameters"] = request(queue, "messageGroupId")
    answer = aws.client("events").put_targets(Targets=[target], **request(inputs, "eventBusName", "rule"))
    if answer["FailedEntryCount"]:
        raise ValueError(f"PutTargets: {answer['FailedEntries']}")


def _create_target(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    identifier = inputs["targetId"] or f"terraform-{secrets.token_hex(13)}"
    _put_target(aws, inputs, identifier)
    place = inputs["rule"] if inputs["eventBusName"] == "default" else f"{inputs['eventBusName']}-{inputs['rule']}"
    return f"{place}-{identifier}", {"targetId": identifier}


def _update_target(aws: Aws, target: Deployed, new: Inputs) -> Outputs:
    _put_target(aws, new, target.outputs["targetId"])
    return {}


def _remove_target(aws: Aws, target: Deployed) -> None:
    where = request(target.inputs, "eventBusName", "rule")
    aws.client("events").remove_targets(Ids=[target.outputs["targetId"]], Force=target.inputs["forceDestroy"], **where)


TARGET = Handler(
    create=_create_target,
    update=_update_target,
    delete=_remove_target,
    inputs=frozenset({"arn", "rule"}),
    replace_on=frozenset({"eventBusName", "rule", "targetId"}),
    defaults={
        "deadLetterConfig": None,
        "eventBusName": "default",
        "forceDestroy": False,
        "input": None,
        "inputPath": None,
        "inputTransformer": None,
        "retryPolicy": None,
        "roleArn": None,
        "sqsTarget": None,
        "targetId": None,
    },
)
