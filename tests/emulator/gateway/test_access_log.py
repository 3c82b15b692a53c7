"""Access logs: developer guide, http-api-logging and http-api-logging-variables."""

import json
from typing import Any

import pytest

from .conftest import Apis, Backend, Builder

GROUP = "/gateway/access"
FORMAT = {
    "requestId": "$context.requestId",
    "status": "$context.status",
    "length": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integration": "$context.integrationStatus",
    "integrationLatency": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "routeKey": "$context.routeKey",
    "error": "$context.error.message",
    "authorizerError": "$context.authorizer.error",
    "sub": "$context.authorizer.sub",
    "agent": "$context.identity.userAgent",
}


@pytest.fixture
def logged(apis: Apis) -> Builder:
    api = apis()
    logs = api.aws.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    apis.cleanup.callback(logs.delete_log_group, logGroupName=GROUP)
    arn = f"arn:aws:logs:{api.aws.region}:{api.aws.account}:log-group:{GROUP}"
    api.stage(AccessLogSettings={"DestinationArn": arn, "Format": json.dumps(FORMAT)})
    return api


def _lines(api: Builder) -> list[Any]:
    events = api.aws.client("logs").filter_log_events(logGroupName=GROUP)["events"]
    return [json.loads(event["message"]) for event in events]


def test_logging_a_request(logged: Builder, backend: Backend) -> None:
    logged.http_route("GET /a", backend.url, logged.authorizer())
    backend.answer = (201, [], b"12345")

    answer = logged.send("/a", Authorization="x", **{"User-Agent": 'a "quoted" one'})

    (line,) = _lines(logged)
    assert int(line.pop("latency")) >= int(line.pop("integrationLatency")) >= 0
    assert line == {
        "requestId": answer.headers["apigw-requestid"],
        "status": "201",
        "length": "5",
        "integration": "201",
        "integrationError": "-",
        "routeKey": "GET /a",
        "error": "-",
        "authorizerError": "-",
        "sub": "alice",
        "agent": 'a "quoted" one',
    }


def test_logging_why_a_caller_got_500(logged: Builder, backend: Backend) -> None:
    logged.http_route("GET /a", backend.url, logged.authorizer(permitted=False))
    logged.lambda_route("GET /b", "def handler(event, context): raise ValueError('too bad')")

    assert [logged.send(path, Authorization="x").status for path in ("/a", "/b", "/c")] == [500, 500, 404]

    without_permission, failing, unknown = _lines(logged)
    assert "has no permission" in without_permission["authorizerError"]
    assert "too bad" in failing["integrationError"]
    assert failing["error"] == "Internal Server Error"
    assert (unknown["status"], unknown["routeKey"]) == ("404", "-")


def test_logging_variables_of_a_function(logged: Builder) -> None:
    """The status from Lambda, and that of the function's answer: http-api-logging-variables."""
    template = "$context.integrationStatus $context.integration.integrationStatus $context.integration.status"
    arn = f"arn:aws:logs:{logged.aws.region}:{logged.aws.account}:log-group:{GROUP}"
    settings: Any = {"DestinationArn": arn, "Format": json.dumps(template)}
    logged.gateway.update_stage(ApiId=logged.id, StageName="$default", AccessLogSettings=settings)
    logged.lambda_route("GET /a", "def handler(event, context): return {'statusCode': 404}")

    assert logged.send("/a").status == 404
    assert _lines(logged) == ["200 200 404"]


def test_logging_variables_of_a_backend(logged: Builder, backend: Backend) -> None:
    names = ("integration.status", "integration.integrationStatus", "awsEndpointRequestId", "integration.requestId")
    template = " ".join(f"$context.{name}" for name in (*names, "awsEndpointRequestId2"))
    arn = f"arn:aws:logs:{logged.aws.region}:{logged.aws.account}:log-group:{GROUP}"
    settings: Any = {"DestinationArn": arn, "Format": json.dumps(template)}
    logged.gateway.update_stage(ApiId=logged.id, StageName="$default", AccessLogSettings=settings)
    logged.http_route("GET /a", backend.url)
    backend.answer = (403, [("x-amz-request-id", "one"), ("x-amz-id-2", "two")], b"")

    assert logged.send("/a").status == 403
    assert _lines(logged) == ["403 403 one one two"]


def test_logging_variables_of_an_error(logged: Builder) -> None:
    """``messageString`` is the message in quotation marks: http-api-logging-variables."""
    template = '{"m": $context.error.messageString, "t": "$context.error.responseType", "p": "$context.path"}'
    arn = f"arn:aws:logs:{logged.aws.region}:{logged.aws.account}:log-group:{GROUP}"
    settings: Any = {"DestinationArn": arn, "Format": template}
    logged.gateway.update_stage(ApiId=logged.id, StageName="$default", AccessLogSettings=settings)

    assert logged.send("/none").status == 404
    assert _lines(logged) == [{"m": "Not Found", "t": "RESOURCE_NOT_FOUND", "p": "/none"}]
