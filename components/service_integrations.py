"""AWS services as the backend of a route: SQS, EventBridge, Step Functions and Kinesis, without a function in between.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""

from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

import pulumi

from .execution_role import create_role
from .validation import Faults


class ServiceArgs(TypedDict):
    """A call of an AWS service."""

    subtype: str
    """What is called: SQS-SendMessage, EventBridge-PutEvents, StepFunctions-StartExecution,
    StepFunctions-StartSyncExecution or Kinesis-PutRecord."""
    resource_arn: pulumi.Input[str]
    """ARN of the queue, event bus, state machine or stream that the role may use."""
    parameters: dict[str, pulumi.Input[str]]
    """The parameters of the call, as in {"QueueUrl": "https://...", "MessageBody": "$request.body"}."""
    role_arn: NotRequired[pulumi.Input[str]]
    """ARN of an existing role for the call. Default: one that may make this call on this resource is created."""


class _Call(NamedTuple):
    action: str
    required: tuple[str, ...]


_CALLS = {
    "EventBridge-PutEvents": _Call("events:PutEvents", ("Detail", "DetailType", "Source")),
    "Kinesis-PutRecord": _Call("kinesis:PutRecord", ("Data", "PartitionKey", "StreamName")),
    "SQS-SendMessage": _Call("sqs:SendMessage", ("MessageBody", "QueueUrl")),
    "StepFunctions-StartExecution": _Call("states:StartExecution", ("StateMachineArn",)),
    "StepFunctions-StartSyncExecution": _Call("states:StartSyncExecution", ("StateMachineArn",)),
}


def create_service_role(
    name: str, service: ServiceArgs, tags: Mapping[str, pulumi.Input[str]] | None, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """ARN of a role with which API Gateway may make this one call on this one resource."""
    action = _CALLS[service["subtype"]].action
    statement = {"Effect": "Allow", "Action": action, "Resource": service["resource_arn"]}
    _, arn = create_role(name, "apigateway.amazonaws.com", [statement], tags, opts)
    return arn


def check_service(service: ServiceArgs, faults: Faults) -> None:
    """Note in ``faults`` a call that is not among ours, and parameters that it lacks."""
    subtype = service.get("subtype")
    if subtype is None:
        return
    if subtype not in _CALLS:
        faults.below("subtype").add(f"must be one of {', '.join(_CALLS)}, and is {subtype!r}")
        return
    for parameter in _CALLS[subtype].required:
        if parameter not in service.get("parameters", {}):
            faults.below("parameters", parameter).add(f"missing: {subtype} needs it")
