"""AWS services as the backend of a route: SQS, EventBridge, Step Functions and Kinesis, without a function in between.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""

import difflib
from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

import pulumi

from ..execution_role import ExecutionRole, create_role
from ..faults import Faults
from ..parameter_mappings import REQUEST, check_value


class ServiceArgs(TypedDict):
    """An AWS service integration: one API call."""

    subtype: str
    """Integration subtype: SQS-SendMessage, EventBridge-PutEvents, StepFunctions-StartExecution,
    StepFunctions-StartSyncExecution or Kinesis-PutRecord."""
    resource_arn: pulumi.Input[str]
    """ARN of the queue, event bus, state machine or stream that the role may access."""
    parameters: dict[str, pulumi.Input[str]]
    """Parameters of the call, such as {"QueueUrl": "https://...", "MessageBody": "$request.body"}."""
    role_arn: NotRequired[pulumi.Input[str]]
    """ARN of an existing role for the call. Default: a role is created that may make this call on this resource."""


class _Call(NamedTuple):
    action: str
    required: tuple[str, ...]
    optional: tuple[str, ...]


_CALLS = {
    "EventBridge-PutEvents": _Call(
        "events:PutEvents",
        ("Detail", "DetailType", "Source"),
        ("EventBusName", "Region", "Resources", "Time", "TraceHeader"),
    ),
    "Kinesis-PutRecord": _Call(
        "kinesis:PutRecord",
        ("Data", "PartitionKey", "StreamName"),
        ("ExplicitHashKey", "Region", "SequenceNumberForOrdering"),
    ),
    "SQS-SendMessage": _Call(
        "sqs:SendMessage",
        ("MessageBody", "QueueUrl"),
        (
            "DelaySeconds",
            "MessageAttributes",
            "MessageDeduplicationId",
            "MessageGroupId",
            "MessageSystemAttributes",
            "Region",
        ),
    ),
    "StepFunctions-StartExecution": _Call(
        "states:StartExecution", ("StateMachineArn",), ("Input", "Name", "Region", "TraceHeader")
    ),
    "StepFunctions-StartSyncExecution": _Call(
        "states:StartSyncExecution", ("StateMachineArn",), ("Input", "Name", "Region", "TraceHeader")
    ),
}


def create_service_role(
    name: str, service: ServiceArgs, tags: Mapping[str, pulumi.Input[str]] | None, opts: pulumi.ResourceOptions
) -> ExecutionRole:
    """A role with which API Gateway may make this one call on this one resource."""
    action = _CALLS[service["subtype"]].action
    statement = {"Effect": "Allow", "Action": action, "Resource": service["resource_arn"]}
    return create_role(name, "apigateway.amazonaws.com", {"policy": [statement]}, tags, opts)


def check_service(service: ServiceArgs, faults: Faults) -> None:
    """Record in ``faults`` a call that is not supported, unknown parameters, and missing ones."""
    subtype = service.get("subtype")
    if subtype is None:
        return
    if subtype not in _CALLS:
        faults.below("subtype").add(f"must be one of {', '.join(_CALLS)}, and is {subtype!r}")
        return
    call, parameters, below = _CALLS[subtype], service.get("parameters", {}), faults.below("parameters")
    for parameter in call.required:
        if parameter not in parameters:
            below.below(parameter).add(f"missing: {subtype} requires it")
    known = [*call.required, *call.optional]
    for parameter, value in parameters.items():
        if parameter in known:
            check_value(value, REQUEST, below.below(parameter))
        else:
            close = {name.lower(): name for name in known}.get(parameter.lower()) or next(
                iter(difflib.get_close_matches(parameter, known, n=1)), None
            )
            advice = f": did you mean {close}?" if close else f"; its parameters are {', '.join(known)}"
            below.below(parameter).add(f"{subtype} has no such parameter{advice}")
