"""AWS service integrations: one call to SQS, EventBridge, Step Functions or Kinesis, made with the integration's role.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from . import assumed_role
from .exchange import Exchange
from .parameter_mapping import evaluate
from .refusal import internal_error, not_there
from .request import Response

Parameters = dict[str, Any]


class _Call(NamedTuple):
    service: str
    operation: str
    required: tuple[str, ...]
    arrange: Callable[[Parameters], Parameters]


def _message(given: Parameters) -> Parameters:
    given = _parsed(given, "MessageAttributes", "MessageSystemAttributes")
    return given | ({"DelaySeconds": int(given["DelaySeconds"])} if "DelaySeconds" in given else {})


def _entry(given: Parameters) -> Parameters:
    return {"Entries": [_parsed(given, "Resources")]}


def _execution(given: Parameters) -> Parameters:
    return {name[0].lower() + name[1:]: value for name, value in given.items()}


def _record(given: Parameters) -> Parameters:
    return given | {"Data": given["Data"].encode()}


def _parsed(given: Parameters, *names: str) -> Parameters:
    """``given``, with the JSON text of ``names`` as what it stands for."""
    return given | {name: json.loads(given[name]) for name in names if name in given}


_CALLS = {
    "EventBridge-PutEvents": _Call("events", "put_events", ("Detail", "DetailType", "Source"), _entry),
    "Kinesis-PutRecord": _Call("kinesis", "put_record", ("Data", "PartitionKey", "StreamName"), _record),
    "SQS-SendMessage": _Call("sqs", "send_message", ("MessageBody", "QueueUrl"), _message),
    "StepFunctions-StartExecution": _Call("stepfunctions", "start_execution", ("StateMachineArn",), _execution),
    "StepFunctions-StartSyncExecution": _Call(
        "stepfunctions", "start_sync_execution", ("StateMachineArn",), _execution
    ),
}


async def send(exchange: Exchange, integration: dict[str, Any]) -> Response:
    """Makes the call. The service's answer, or its error, is the response."""
    subtype = integration["integrationSubtype"]
    if subtype not in _CALLS:
        raise not_there(f"the integration subtype {subtype}")
    call, role = _CALLS[subtype], integration.get("credentialsArn") or ""
    if not assumed_role.may_be_assumed(role, exchange.api):
        raise internal_error("INTEGRATION_FAILURE", f"API Gateway may not assume the role {role or '(none)'}.")
    mapped = {name: evaluate(exchange, value) for name, value in (integration.get("requestParameters") or {}).items()}
    given = {name: value for name, value in mapped.items() if value}
    region = given.pop("Region", exchange.api.region)
    if missing := [name for name in call.required if name not in given]:
        return _answer(exchange, 400, {"message": f"{', '.join(missing)}: no value"})
    try:
        parameters = call.arrange(given)
    except ValueError as error:
        return _answer(exchange, 400, {"message": str(error)})
    status, answer = await assumed_role.call_service(
        exchange.api, role, region, call.service, call.operation, parameters
    )
    return _answer(exchange, status, answer)


def _answer(exchange: Exchange, status: int, answer: Any) -> Response:
    exchange.answered(status)
    body = json.dumps(answer, separators=(",", ":")).encode()
    return Response(status, [("content-type", "application/json")], body)
