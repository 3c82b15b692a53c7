"""AWS service integrations: developer guide, http-api-develop-integrations-aws-services-reference."""

import json
from typing import Any

import pytest

from ..principals import document, new_role
from .conftest import Apis, Builder


@pytest.fixture
def role(apis: Apis) -> str:
    return _role(apis, "gateway-tests", "apigateway.amazonaws.com")


def _role(apis: Apis, name: str, service: str, action: str = "*") -> str:
    apis.cleanup.callback(apis.aws.iam.delete_role, RoleName=name)
    apis.cleanup.callback(apis.aws.iam.delete_role_policy, RoleName=name, PolicyName="allowed")
    return new_role(apis.aws.iam, name, service, action)


def _queue(api: Builder, apis: Apis) -> tuple[str, str]:
    queues = api.aws.client("sqs")
    url = queues.create_queue(QueueName=f"gateway-{api.id}")["QueueUrl"]
    apis.cleanup.callback(queues.delete_queue, QueueUrl=url)
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def _messages(api: Builder, url: str) -> list[Any]:
    found = api.aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def _route(api: Builder, subtype: str, role: str, parameters: dict[str, str], **settings: Any) -> None:
    made = api.integration(
        IntegrationType="AWS_PROXY",
        IntegrationSubtype=subtype,
        CredentialsArn=role,
        RequestParameters=parameters,
        PayloadFormatVersion="1.0",
        **settings,
    )
    api.route("POST /a", made)


def test_services_sqs_send_message(api: Builder, apis: Apis, role: str) -> None:
    url, _ = _queue(api, apis)
    parameters = {"QueueUrl": url, "MessageBody": "$request.body.message", "DelaySeconds": "0"}
    _route(api, "SQS-SendMessage", role, parameters, ResponseParameters={"200": {"overwrite:statuscode": "202"}})

    answer = api.send("/a", "POST", b'{"message": {"n": 1}}')

    assert (answer.status, "MessageId" in answer.json()) == (202, True)
    assert _messages(api, url) == [{"n": 1}]


def test_services_eventbridge_put_events(api: Builder, apis: Apis, role: str) -> None:
    url, arn = _queue(api, apis)
    events = api.aws.client("events")
    name = f"gateway-{api.id}"
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["gateway.tests"]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    parameters = {"Detail": "$request.body", "DetailType": "$context.routeKey", "Source": "gateway.tests"}
    _route(api, "EventBridge-PutEvents", role, parameters)

    assert api.send("/a", "POST", b'{"n": 1}').json()["FailedEntryCount"] == 0

    (event,) = _messages(api, url)
    assert (event["detail"], event["detail-type"], event["source"]) == ({"n": 1}, "POST /a", "gateway.tests")
    events.remove_targets(Rule=name, Ids=["queue"])
    events.delete_rule(Name=name)


def test_services_step_functions_start_execution(api: Builder, apis: Apis, role: str) -> None:
    machines = api.aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    made = machines.create_state_machine(name=f"gateway-{api.id}", definition=definition, roleArn=role)
    apis.cleanup.callback(machines.delete_state_machine, stateMachineArn=made["stateMachineArn"])
    parameters = {"StateMachineArn": made["stateMachineArn"], "Input": "$request.body"}
    _route(api, "StepFunctions-StartExecution", role, parameters)

    started = api.send("/a", "POST", b'{"n": 1}').json()

    assert json.loads(machines.describe_execution(executionArn=started["executionArn"])["input"]) == {"n": 1}


def test_services_step_functions_start_sync_execution(api: Builder, apis: Apis, role: str) -> None:
    machines = api.aws.client("stepfunctions")
    definition = json.dumps(
        {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "Result": {"done": True}, "End": True}}}
    )
    made = machines.create_state_machine(name=f"express-{api.id}", definition=definition, roleArn=role, type="EXPRESS")
    apis.cleanup.callback(machines.delete_state_machine, stateMachineArn=made["stateMachineArn"])
    parameters = {
        "StateMachineArn": made["stateMachineArn"],
        "Input": "$request.body",
        "Name": "$request.header.x-name",
    }
    _route(api, "StepFunctions-StartSyncExecution", role, parameters)

    answer = api.send("/a", "POST", b'{"n": 1}', **{"X-Name": "first"}).json()

    assert (answer["status"], json.loads(answer["output"]), answer["name"]) == ("SUCCEEDED", {"done": True}, "first")


def test_services_kinesis_put_record(api: Builder, apis: Apis, role: str) -> None:
    streams, name = api.aws.client("kinesis"), f"gateway-{api.id}"
    streams.create_stream(StreamName=name, ShardCount=1)
    apis.cleanup.callback(streams.delete_stream, StreamName=name)
    parameters = {"StreamName": name, "Data": "$request.body", "PartitionKey": "$request.header.x-key"}
    _route(api, "Kinesis-PutRecord", role, parameters)

    answer = api.send("/a", "POST", b"data", **{"X-Key": "k"}).json()

    shard = {"StreamName": name, "ShardId": answer["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    records = streams.get_records(ShardIterator=streams.get_shard_iterator(**shard)["ShardIterator"])["Records"]
    assert [(record["Data"], record["PartitionKey"]) for record in records] == [(b"data", "k")]


def test_services_a_role_that_does_not_trust_api_gateway_is_500(api: Builder, apis: Apis) -> None:
    url, _ = _queue(api, apis)
    role = _role(apis, "gateway-untrusting", "lambda.amazonaws.com")
    _route(api, "SQS-SendMessage", role, {"QueueUrl": url, "MessageBody": "$request.body"})

    assert api.send("/a", "POST", b"1").status == 500
    assert "Messages" not in api.aws.client("sqs").receive_message(QueueUrl=url)


def test_services_the_role_s_policy_decides(api: Builder, apis: Apis) -> None:
    url, arn = _queue(api, apis)
    role = _role(apis, "gateway-receiving", "apigateway.amazonaws.com", "sqs:ReceiveMessage")
    _route(api, "SQS-SendMessage", role, {"QueueUrl": url, "MessageBody": "$request.body"})

    refused = api.send("/a", "POST", b"1")
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    apis.aws.iam.put_role_policy(RoleName="gateway-receiving", PolicyName="allowed", PolicyDocument=document(send))
    allowed = api.send("/a", "POST", b"2")

    assert (refused.status, allowed.status) == (403, 200)
    assert "AccessDenied" in refused.json()["__type"]
    assert _messages(api, url) == [2]


def test_services_a_required_parameter_without_a_value_is_400(api: Builder, apis: Apis, role: str) -> None:
    url, _ = _queue(api, apis)
    _route(api, "SQS-SendMessage", role, {"QueueUrl": url, "MessageBody": "$request.body.none"})

    assert api.send("/a", "POST", b"{}").status == 400


def test_services_the_error_of_a_service_is_passed(api: Builder, role: str) -> None:
    parameters = {"QueueUrl": f"{api.aws.endpoint}/{api.aws.account}/none", "MessageBody": "$request.body"}
    _route(api, "SQS-SendMessage", role, parameters)

    answer = api.send("/a", "POST", b"1")

    assert answer.status == 400
    assert "NonExistentQueue" in answer.json()["__type"]


def test_what_is_not_there_is_said(api: Builder) -> None:
    settings = {"IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-PurgeQueue"}
    api.route("POST /a", api.integration(PayloadFormatVersion="1.0", **settings))

    answer = api.send("/a", "POST")

    assert answer.status == 501
    assert "docs/emulator.md" in answer.json()["message"]
