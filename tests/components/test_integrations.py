"""Integrations: each kind in API Gateway's form, with its permission or role, and shared where equal."""

import json
from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.testing import ACCOUNT, REGION, Recording

from .example import BACKEND, ROLE, api_args, declare_api

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
FLOW = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:flow"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/orders"
INTEGRATION = "aws:apigatewayv2/integration:Integration"


def _declare(integration: dict[str, Any], route_key: str = "POST /orders") -> Recording:
    return declare_api(routes={route_key: {"integration": integration}})


def _inputs(recording: Recording) -> dict[str, Any]:
    return recording.only(INTEGRATION).inputs


def test_a_lambda_function() -> None:
    recording = _declare({"lambda_arn": BACKEND, "timeout_milliseconds": 5000.0})

    assert _inputs(recording) == {
        "apiId": "orders-api-id",
        "integrationMethod": "POST",
        "integrationType": "AWS_PROXY",
        "integrationUri": BACKEND,
        "payloadFormatVersion": "2.0",
        "responseParameters": [],
        "timeoutMilliseconds": 5000,
    }


@pytest.mark.parametrize(
    ("route_key", "path"),
    [
        ("GET /orders/{id}", "GET/orders/{id}"),
        ("ANY /files/{proxy+}", "*/files/{proxy+}"),
        ("$default", "$default"),
    ],
)
def test_the_permission_is_for_the_route_alone(route_key: str, path: str) -> None:
    recording = _declare({"lambda_arn": f"{BACKEND}:live"}, route_key)

    (permission,) = [
        item for item in recording.all("aws:lambda/permission:Permission") if "orders-permission" in item.name
    ]
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": BACKEND,
        "principal": "apigateway.amazonaws.com",
        "qualifier": "live",
        "sourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:orders-api/*/{path}",
    }


def test_an_http_endpoint_with_parameter_mapping() -> None:
    inputs = _inputs(
        _declare(
            {
                "http_url": "https://backend.example.com/{id}",
                "request_parameters": {"overwrite:header.x-caller": "$context.authorizer.sub"},
                "response_parameters": {"200": {"remove:header.server": "''"}},
            },
            "POST /orders/{id}",
        )
    )

    assert inputs["integrationType"] == "HTTP_PROXY"
    assert inputs["integrationMethod"] == "ANY"
    assert inputs["integrationUri"] == "https://backend.example.com/{id}"
    assert inputs["requestParameters"] == {"overwrite:header.x-caller": "$context.authorizer.sub"}
    assert inputs["responseParameters"] == [{"mappings": {"remove:header.server": "''"}, "statusCode": "200"}]
    assert inputs["timeoutMilliseconds"] == 30000


def test_a_private_backend_behind_a_vpc_link() -> None:
    listener = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/a/b/c"
    link = {"vpc_link_id": "link", "listener_arn": listener, "tls_server_name": "backend.internal"}
    inputs = _inputs(_declare({"vpc_link": link}))

    assert inputs["connectionType"] == "VPC_LINK"
    assert inputs["connectionId"] == "link"
    assert inputs["integrationType"] == "HTTP_PROXY"
    assert inputs["integrationMethod"] == "ANY"
    assert inputs["integrationUri"] == listener
    assert inputs["tlsConfig"] == {"serverNameToVerify": "backend.internal"}


@pytest.mark.parametrize(
    ("subtype", "action", "resource", "parameters"),
    [
        ("SQS-SendMessage", "sqs:SendMessage", QUEUE, {"QueueUrl": "u", "MessageBody": "$request.body"}),
        (
            "EventBridge-PutEvents",
            "events:PutEvents",
            BUS,
            {"Detail": "$request.body", "DetailType": "t", "Source": "s"},
        ),
        ("StepFunctions-StartExecution", "states:StartExecution", FLOW, {"StateMachineArn": FLOW}),
        ("StepFunctions-StartSyncExecution", "states:StartSyncExecution", FLOW, {"StateMachineArn": FLOW}),
        (
            "Kinesis-PutRecord",
            "kinesis:PutRecord",
            STREAM,
            {"Data": "$request.body", "PartitionKey": "k", "StreamName": "s"},
        ),
    ],
)
def test_an_aws_service_with_a_role_for_this_call_alone(
    subtype: str, action: str, resource: str, parameters: dict[str, str]
) -> None:
    recording = _declare({"service": {"subtype": subtype, "resource_arn": resource, "parameters": parameters}})

    inputs = _inputs(recording)
    assert inputs["integrationType"] == "AWS_PROXY"
    assert inputs["integrationSubtype"] == subtype
    assert inputs["requestParameters"] == parameters
    assert inputs["payloadFormatVersion"] == "1.0"
    (role,) = [item for item in recording.all("aws:iam/role:Role") if "service" in item.name]
    assert inputs["credentialsArn"] == f"arn:aws:iam::{ACCOUNT}:role/{role.name}"
    assert json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]["Principal"] == {
        "Service": "apigateway.amazonaws.com"
    }
    (policy,) = [item for item in recording.all("aws:iam/rolePolicy:RolePolicy") if "service" in item.name]
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {"Effect": "Allow", "Action": action, "Resource": resource}
    ]


def test_an_aws_service_with_a_role_of_your_own() -> None:
    service = {"subtype": "StepFunctions-StartExecution", "resource_arn": FLOW, "parameters": {"StateMachineArn": FLOW}}
    recording = _declare({"service": {**service, "role_arn": ROLE}})

    assert _inputs(recording)["credentialsArn"] == ROLE
    assert not [item for item in recording.all("aws:iam/role:Role") if "service" in item.name]


@pytest.mark.parametrize(
    ("integration", "fault"),
    [
        ({"vpc_link": {"vpc_link_id": "l"}}, "vpc_link.listener_arn: missing"),
        (
            {"vpc_link": {"vpc_link_id": "l", "listener_arn": "a", "method": "get"}},
            "vpc_link.method: must be one of ANY",
        ),
        (
            {"service": {"subtype": "S3-PutObject", "resource_arn": "a", "parameters": {}}},
            "service.subtype: must be one of",
        ),
        (
            {"service": {"subtype": "SQS-SendMessage", "resource_arn": "a", "parameters": {"QueueUrl": "u"}}},
            "service.parameters.MessageBody: missing: SQS-SendMessage requires it",
        ),
        (
            {"lambda_arn": "a", "request_parameters": {}},
            "request_parameters: has no effect on a Lambda function",
        ),
        (
            {
                "service": {"subtype": "SQS-SendMessage", "resource_arn": "a", "parameters": {}},
                "request_parameters": {},
            },
            "request_parameters: the parameters of an AWS service are in service.parameters",
        ),
        (
            {"http_url": "https://x", "response_parameters": {"ok": {}}},
            "response_parameters.ok: the key must be a status",
        ),
        (
            {"http_url": "https://x", "timeout_milliseconds": 30001},
            "timeout_milliseconds: must be 50 to 30000 milliseconds",
        ),
        (
            {"http_url": "https://x", "timeout_milliseconds": 0.5},
            "timeout_milliseconds: must be an integer, and is 0.5",
        ),
    ],
)
def test_bad_input_names_the_path(integration: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(routes={"GET /x": {"integration": integration}})
    assert f'routes["GET /x"].integration.{fault}' in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "HTTPS://B.example.com/",
            "http://localhost/x",
            "https://[::1]:8443/",
            "https://b.example.com",
            "https://b/a?x=1",
        ),
        *("https://b/{id}", "https://b/{id}/x?proxy={proxy}", "https://b:8443/%20"),
        *("https://${stageVariables.host}/{id}", "http://b:${stageVariables.port}/"),
    ],
)
def test_urls_that_lead_somewhere(url: str) -> None:
    assert _inputs(_declare({"http_url": url}, "GET /orders/{id}/{proxy+}"))["integrationUri"] == url


_URL_FAULTS = [
    ("https://", "must have a host after the scheme"),
    ("https:///x", "must have a host after the scheme"),
    ("https://:443/", "must have a host after the scheme"),
    ("https://b:99999/", "must have a host after the scheme, and a port of at most 65535"),
    ("https://[::1/", "must have a host after the scheme"),
    ("https:// x", "has the character ' ', which is not allowed in URLs"),
    ("https://b/\n", "has the character '\\n', which is not allowed in URLs"),
    ("https://b/ü", "has the character 'ü', which is not allowed in URLs"),
    ("https://b/{id", "has the character '{', which is not allowed in URLs"),
    ("https://b/{nope}", "has {nope}, which is not a parameter of the route GET /orders/{id}: its parameters are {id}"),
    ("ftp://x", "must start with https:// or http://, and is 'ftp://x'"),
    ("", "must start with https:// or http://, and is ''"),
]


@pytest.mark.parametrize(("url", "fault"), _URL_FAULTS)
@pytest.mark.parametrize("later", [False, True])
def test_urls_that_lead_nowhere(url: str, fault: str, later: bool) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _declare({"http_url": pulumi.Output.from_input(url) if later else url}, "GET /orders/{id}")
    assert f'routes["GET /orders/{{id}}"].integration.http_url: {fault}' in str(refused.value)


@pytest.mark.parametrize(
    ("integration", "fault"),
    [
        ({"http_url": None}, "http_url: must be a string, and is None"),
        (
            {"http_url": "https://x", "request_parameters": {"overwrite:header.x": "method.request.header.y"}},
            "request_parameters[\"overwrite:header.x\"]: 'method.request.header.y' is the notation of REST APIs",
        ),
        (
            {"http_url": "https://x", "response_parameters": {"200": {"overwrite:statuscode": "ok"}}},
            'response_parameters.200["overwrite:statuscode"]: must be a status such as "403", and is \'ok\'',
        ),
        (
            {"http_url": "https://x", "request_parameters": {"overwrite:header.x": None}},
            'request_parameters["overwrite:header.x"]: must be a string, and is None',
        ),
    ],
)
def test_an_output_is_checked_once_it_is_known(integration: dict[str, Any], fault: str) -> None:
    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: later(item) for key, item in value.items()}
        return pulumi.Output.from_input(value)

    with pytest.raises(InvalidArgs) as refused:
        _declare(later(integration))
    headline = 'AuthorizedHttpApi "orders" has invalid inputs, found during the deployment:'
    assert f'{headline}\n  routes["POST /orders"].integration.{fault}' in str(refused.value).replace('["200"]', ".200")


def test_a_route_without_parameters_has_none() -> None:
    with pytest.raises(InvalidArgs, match=r"\{id\}, which is not a parameter of the route \$default: it has none"):
        _declare({"http_url": "https://b/{id}"}, "$default")


def test_the_arguments_are_not_changed() -> None:
    args = api_args()
    before = json.dumps(args)
    declare_api(**args)
    assert json.dumps(args) == before
