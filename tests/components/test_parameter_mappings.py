"""Parameter mappings: those in the developer guide pass, those that API Gateway rejects are errors that say what to write."""

from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.testing import ACCOUNT, REGION

from .example import declare_api

URL = {"http_url": "https://backend.example.com"}
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"


def _declare(integration: dict[str, Any]) -> None:
    declare_api(routes={"GET /x": {"integration": integration}})


def _faults(integration: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidArgs) as refused:
        _declare(integration)
    return [line.removeprefix('  routes["GET /x"].integration.') for line in str(refused.value).splitlines()[1:]]


def test_what_the_guide_shows() -> None:
    _declare(
        {
            **URL,
            "request_parameters": {
                "append:header.header1": "$context.requestId",
                "append:header.header2": "$request.header.header1",
                "overwrite:header.host": "backend.internal",
                "overwrite:header.x-name": "${request.path.name} ${request.path.id}",
                "remove:header.header1": "''",
                "append:querystring.tag": "blue",
                "overwrite:querystring.from": "$request.querystring.since",
                "overwrite:querystring.to": "$stageVariables.end_date",
                "remove:querystring.debug": "",
                "overwrite:path": "/$request.path.proxy",
            },
            "response_parameters": {
                "200": {"append:header.x-id": "$response.body.items[0].id", "remove:header.server": "''"},
                "404": {"append:header.error": "$stageVariables.environmentId"},
                "500": {"overwrite:statuscode": "403", "append:header.x-from": "$response.header.server"},
            },
        }
    )


@pytest.mark.parametrize(
    "value",
    [
        "text",
        "costs 5 $, or $5",
        "context of the call",
        "$request.body",
        "$request.body.order.lines[0]",
        "$request.path",
        "${request.path}",
        "$request.path.id",
        "/v2/$request.path.proxy",
        "/v2/${request.path.a}/${request.path.b}",
        "$request.header.X-Tenant",
        "$context.authorizer.sub",
        "$context.identity.sourceIp",
        "Bearer ${context.authorizer.internal_token}",
        "$stageVariables.colour",
        "$stageVariables.base/orders",
        "$context.stage/orders?a=b",
        '{"id": "${request.body.id}"}',
    ],
)
def test_values_that_pass(value: str) -> None:
    _declare({**URL, "request_parameters": {"overwrite:header.x": value}})


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("header.x-caller", "has no action: write overwrite:header.x-caller, or append: or remove:"),
        ("querystring.q", "has no action: write overwrite:querystring.q"),
        ("path", "has no action: write overwrite:path"),
        ("x-caller", "has no action: write append:, overwrite: or remove:, then header.NAME or querystring.NAME"),
        ("set:header.x", "'set' is not a valid action: write overwrite:header.x"),
        ("Append:header.x", "'Append' is not a valid action: write append:header.x"),
        ("override:header.x", "'override' is not a valid action: write overwrite:header.x"),
        ("append:path", "the path can only be overwritten: write overwrite:path"),
        ("remove:path", "the path can only be overwritten: write overwrite:path"),
        ("overwrite.path", "has no colon after the action: write overwrite:path"),
        ("overwrite.header.x", "has no colon after the action: write overwrite:header.x"),
        ("overwrite.x", "has no colon after the action: write append:, overwrite: or remove:, then"),
        ("overwrite:path.x", "the path has no parts: write overwrite:path"),
        ("overwrite:statuscode", "'statuscode' cannot be changed here: write append:, overwrite: or remove:, then"),
        ("overwrite:body.x", "'body' cannot be changed here: write append:"),
        ("overwrite:headers.x", "'headers' cannot be changed here: write overwrite:header.x"),
        ("overwrite:queryString.x", "'queryString' cannot be changed here: write overwrite:querystring.x"),
        ("append:header", "has no name of the header: write append:header.NAME"),
        ("append:querystring.", "has no name of the querystring: write append:querystring.NAME"),
        ("append:header.a b", "'a b' is not a valid header name (RFC 9110 section 5.1)"),
        ("integration.request.header.x-api-key", "is the notation of REST APIs: write overwrite:header.x-api-key"),
        ("integration.request.querystring.q", "is the notation of REST APIs: write overwrite:querystring.q"),
        ("integration.request.path.id", "is the notation of REST APIs: write overwrite:path"),
    ],
)
def test_keys_that_are_refused(key: str, fault: str) -> None:
    (found,) = _faults({**URL, "request_parameters": {key: "v"}})
    assert found.startswith((f'request_parameters["{key}"]: {fault}', f"request_parameters.{key}: {fault}"))


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("header.x", "has no action: write overwrite:header.x"),
        ("append:overwrite.static", "'overwrite' cannot be changed here: write append:, overwrite: or remove:, then"),
        (
            "append:querystring.q",
            "'querystring' cannot be changed here: write append:, overwrite: or remove:, then header",
        ),
        ("overwrite:path", "'path' cannot be changed here"),
        ("append:statuscode", "the statuscode can only be overwritten: write overwrite:statuscode"),
        ("overwrite:statusCode", "'statusCode' cannot be changed here: write overwrite:statuscode"),
        ("method.response.header.x", "is the notation of REST APIs: write overwrite:header.x"),
        (
            "append:header.access-control-allow-origin",
            "access-control-allow-origin is reserved by API Gateway, and mappings",
        ),
    ],
)
def test_keys_of_responses_that_are_refused(key: str, fault: str) -> None:
    (found,) = _faults({**URL, "response_parameters": {"200": {key: "403"}}})
    assert found.startswith(f'response_parameters["200"]["{key}"]: {fault}')


@pytest.mark.parametrize(
    "header",
    [
        *("Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Location", "Forwarded"),
        *("Keep-Alive", "Origin", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers", "Transfer-Encoding"),
        *("Upgrade", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
        *("access-control-max-age", "apigw-requestid", "x-amz-date", "x-amzn-trace-id", "authorization"),
    ],
)
def test_reserved_headers(header: str) -> None:
    mappings = {f"{action}:header.{header}": "''" for action in ("append", "overwrite", "remove")}
    found = _faults({**URL, "request_parameters": mappings, "response_parameters": {"200": mappings}})
    assert len(found) == 6
    assert all(f"{header} is reserved by API Gateway, and mappings cannot change it" in fault for fault in found)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("$context.authorizer.claims['custom:key']", "must be $context. and a name of letters, digits, '.' and '_'"),
        ("$context.authorizer.custom:key", "must be $context. and a name of letters"),
        ("$context.authorizer.tenant-id", "must be $context. and a name of letters"),
        ("${context.authorizer.tenant-id}", "must be $context. and a name of letters"),
        ("$context.", "must be $context. and a name of letters"),
        ("$stageVariables.end-date", "must be $stageVariables. and a name of letters"),
        (
            "$stageVariable.colour",
            "is not a variable here: they start with $request, $context, $stageVariables; did you",
        ),
        ("$input.params('id')", "is not a variable here: they start with"),
        ("$response.header.x", "is not a variable here: they start with"),
        ("$request.headers.x", "did you mean $request.header?"),
        ("/v2/$request.paths.x", "did you mean $request.path?"),
        ("$request.cookies.x", "is not a variable here: they are $request.header, $request.querystring, $request.body"),
        ("$request.header", "has no name: write $request.header.NAME"),
        ("$request.path.", "has no name: write $request.path.NAME"),
        ("$request.body..id", "has a recursive descent or a filter"),
        ("$request.body.items[?(@.id)]", "has a recursive descent or a filter"),
        ("${request.header.x", "has a ${ without a variable and its closing }"),
        ("${AWS::Region}", "is not a variable here"),
        (
            "${$request.header.x}",
            "is not a variable here: they start with $request, $context, $stageVariables; did you mean",
        ),
        ("$request.path.a/$request.path.b", "brackets: write ${request.path.a}/${request.path.b}"),
        ("/${request.path.a}/$request.path.b", "brackets: write /${request.path.a}/${request.path.b}"),
        (
            "context.authorizer.key",
            "is the notation of REST APIs, which HTTP APIs treat as text: write $context.authorizer.key",
        ),
        ("context.requestId", "write $context.requestId"),
        (
            "method.request.header.x",
            "is the notation of REST APIs, which HTTP APIs treat as text: write $request.header.x",
        ),
        ("method.request.multivaluequerystring.q", "write $request.querystring.q"),
        ("integration.response.body", "write $response.body"),
        ("stageVariables.colour", "write $stageVariables.colour"),
        ("request.header.x", "write $request.header.x"),
    ],
)
def test_values_that_are_refused(value: str, fault: str) -> None:
    (found,) = _faults({**URL, "request_parameters": {"overwrite:header.x": value}})
    assert found.startswith('request_parameters["overwrite:header.x"]: ')
    assert fault in found


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ({"append:header.x": "$response.headers.y"}, "did you mean $response.header?"),
        ({"append:header.x": "$request.querystring.y"}, "is not a variable here: they are $request.header"),
        ({"append:header.x": "integration.response.header.y"}, "write $response.header.y"),
        ({"overwrite:statuscode": "teapot"}, """must be a status such as "403", and is 'teapot'"""),
    ],
)
def test_values_of_responses_that_are_refused(mapping: dict[str, str], fault: str) -> None:
    (found,) = _faults({**URL, "response_parameters": {"404": mapping}})
    assert fault in found


def test_every_fault_is_told_at_once() -> None:
    found = _faults(
        {
            **URL,
            "request_parameters": {"integration.request.header.x": "method.request.header.y", "append:path": "/"},
            "response_parameters": {"2xx": {"append:header.via": "1"}, "200": {"path": "/"}},
        }
    )

    assert [line.partition(":")[0] for line in found] == [
        'request_parameters["append',
        'request_parameters["integration.request.header.x"]',
        'request_parameters["integration.request.header.x"]',
        'response_parameters["200"].path',
        'response_parameters["2xx"]',
        'response_parameters["2xx"]["append',
    ]


def test_a_value_that_is_an_output_is_checked_once_it_is_known() -> None:
    later = pulumi.Output.from_input("context.authorizer.sub")

    _declare({**URL, "request_parameters": {"overwrite:header.x": pulumi.Output.from_input("$context.authorizer.sub")}})
    for integration in ({**URL, "request_parameters": {"overwrite:header.x": later}}, _queue(MessageGroupId=later)):
        with pytest.raises(
            InvalidArgs, match=r"during the deployment:\n.*: 'context.authorizer.sub' is the notation of REST"
        ):
            _declare(integration)
    assert len(_faults({**URL, "request_parameters": {"header.x": later}})) == 1


def _queue(**parameters: Any) -> dict[str, Any]:
    given = {"QueueUrl": "https://q", "MessageBody": "$request.body", **parameters}
    return {"service": {"subtype": "SQS-SendMessage", "resource_arn": QUEUE, "parameters": given}}


def test_parameters_of_services_that_pass() -> None:
    _declare(_queue(MessageGroupId="${context.authorizer.sub}", MessageAttributes='{"a": {"DataType": "String"}}'))
    parameters = {
        "Detail": '{"order": "$request.body.id"}',
        "DetailType": "order.created",
        "Source": "request.orders",
        "EventBusName": "orders",
    }
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
    _declare({"service": {"subtype": "EventBridge-PutEvents", "resource_arn": bus, "parameters": parameters}})


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"MessageBody": "$request.bodies"}, "MessageBody: '$request.bodies' is not a variable here"),
        ({"MessageBody": "$input.body"}, "MessageBody: '$input.body' is not a variable here"),
        (
            {"MessageGroupId": "context.authorizer.sub"},
            "MessageGroupId: 'context.authorizer.sub' is the notation of REST",
        ),
        (
            {"messageGroupId": "x"},
            "messageGroupId: SQS-SendMessage has no such parameter: did you mean MessageGroupId?",
        ),
        ({"MessageGroup": "x"}, "MessageGroup: SQS-SendMessage has no such parameter: did you mean MessageGroupId?"),
        (
            {"Input": "x"},
            "Input: SQS-SendMessage has no such parameter; its parameters are MessageBody, QueueUrl, Delay",
        ),
    ],
)
def test_parameters_of_services_that_are_refused(parameters: dict[str, str], fault: str) -> None:
    (found,) = _faults(_queue(**parameters))
    assert found.startswith(f"service.parameters.{fault}")
