"""Lambda proxy integrations: developer guide, http-api-develop-integrations-lambda."""

import base64
import http.client
import json
import urllib.parse

import pytest

from .conftest import ECHO, Builder

WAITING = "import threading\ndef handler(event, context): threading.Event().wait(2)"  # longer than any timeout here


def _answering(answer: str) -> str:
    return f"def handler(event, context): return {answer}"


def test_integrations_lambda_event_2_0(api: Builder) -> None:
    api.lambda_route("POST /a/{id}")

    event = api.event(
        "/a/x%20y%2525?a=1&a=2&b=%26&c", "POST", b"{}", Cookie="c=1; d=2", **{"Content-Type": "application/json"}
    )

    context = event.pop("requestContext")
    headers = event.pop("headers")
    assert event == {
        "version": "2.0",
        "routeKey": "POST /a/{id}",
        "rawPath": "/a/x y%",
        "rawQueryString": "a=1&a=2&b=%26&c",
        "cookies": ["c=1", "d=2"],
        "queryStringParameters": {"a": "1,2", "b": "&", "c": ""},
        "pathParameters": {"id": "x y%"},
        "body": "{}",
        "isBase64Encoded": False,
    }
    assert context["http"].pop("userAgent") == "kms-jwt"
    assert context.pop("timeEpoch") > 1_600_000_000_000
    assert context.pop("time").endswith(" +0000")
    assert len(context.pop("requestId")) == 16
    assert context == {
        "accountId": "000000000000",
        "apiId": api.id,
        "domainName": f"{api.id}.execute-api.localhost",
        "domainPrefix": api.id,
        "http": {"method": "POST", "path": "/a/x y%", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
        "routeKey": "POST /a/{id}",
        "stage": "$default",
    }
    assert "cookie" not in headers
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert headers["x-amzn-trace-id"].startswith("Root=1-")


def test_integrations_lambda_event_2_0_without_anything_optional(api: Builder) -> None:
    api.lambda_route("GET /a")

    event = api.event("/a")

    assert event.keys() == {
        *("version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded")
    }


def test_integrations_lambda_a_body_that_is_not_text_is_encoded(api: Builder) -> None:
    api.lambda_route("POST /a")

    event = api.event("/a", "POST", b"\xff\x00", **{"Content-Type": "application/octet-stream"})

    assert (event["isBase64Encoded"], base64.b64decode(event["body"])) == (True, b"\xff\x00")


def test_integrations_lambda_event_1_0(api: Builder) -> None:
    api.lambda_route("GET /a/{id}", authorizer=api.authorizer(), version="1.0")

    event = api.event("/a/7?x=1&x=2", Authorization="t")

    assert (event["version"], event["resource"], event["path"], event["httpMethod"]) == (
        "1.0",
        "/a/{id}",
        "/a/7",
        "GET",
    )
    assert event["queryStringParameters"] == {"x": "2"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["multiValueHeaders"]["authorization"] == ["t"]
    assert (event["pathParameters"], event["stageVariables"], event["body"]) == ({"id": "7"}, None, None)
    assert event["requestContext"]["authorizer"] == {"sub": "alice", "n": 1}
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_integrations_lambda_response(api: Builder) -> None:
    api.lambda_route(
        "GET /a",
        _answering("{'statusCode': 201, 'headers': {'X-Own': 'a', 'Content-Type': 'text/html'}, 'body': 'b',"
                   " 'cookies': ['c=1']}"),
    )  # fmt: skip

    answer = api.send("/a")

    assert (answer.status, answer.body) == (201, b"b")
    assert {"x-own": "a", "content-type": "text/html", "set-cookie": "c=1"}.items() <= answer.headers.items()


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("2.0", "{'statusCode': 204, 'cookies': ['a=1', 'b=2'], 'headers': {'X-N': 1, 'X-B': True, 'X-None': None}}"),
        (
            "1.0",
            "{'statusCode': '204', 'headers': {'X-N': 1, 'x-b': 'no'},"
            " 'multiValueHeaders': {'Set-Cookie': ['a=1', 'b=2'], 'X-B': [True]}}",
        ),
    ],
)
def test_integrations_lambda_response_headers(api: Builder, version: str, answer: str) -> None:
    api.lambda_route("GET /a", _answering(answer), version=version)
    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("GET", f"{url.path}/a")
    found = connection.getresponse()
    connection.close()

    assert (found.status, found.headers.get_all("set-cookie")) == (204, ["a=1", "b=2"])
    assert {name: found.headers.get_all(name) for name in ("x-n", "x-b", "x-none", "content-length")} == {
        "x-n": ["1"],
        "x-b": ["true"],
        "x-none": None,
        "content-length": None,
    }


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("/a/x%23y", "/a/x#y"),
        ("/a/%CE%BB+%2B", "/a/λ++"),
        ("/a/x%252Fy", "/a/x/y"),
        ("/a/x%253Fy", "/a/x?y"),
        ("/a/x%2525y", "/a/x%y"),
        ("/a/x%3Fy", "/a/x"),
        ("/a/x%25y", None),
        ("/a/x%y", None),
    ],
)
def test_integrations_lambda_paths_are_decoded_twice(api: Builder, sent: str, expected: str | None) -> None:
    """As requests that were recorded on AWS have it: see ``emulator.gateway.request.decoded``."""
    api.lambda_route("GET /{proxy+}")

    answer = api.send(sent)

    assert answer.status == (200 if expected else 400)
    assert answer.json().get("rawPath") == expected


def test_integrations_lambda_headers_and_parameters_of_one_name(api: Builder) -> None:
    """Format 2.0 joins them with commas, and cookies are a list of their own."""
    api.lambda_route("GET /a")
    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    connection.putrequest("GET", f"{url.path}/a?x=1+2&x=%2B&y&x%20y=%C3%A4")
    for name, value in (("X-Own", "1"), ("x-own", "2"), ("Cookie", "a=1; b=2"), ("Cookie", "c=3"), ("X-Empty", "")):
        connection.putheader(name, value)
    connection.endheaders()
    event = json.loads(connection.getresponse().read())
    connection.close()

    assert (event["headers"]["x-own"], event["headers"]["x-empty"]) == ("1,2", "")
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert event["queryStringParameters"] == {"x": "1 2,+", "y": "", "x y": "ä"}
    assert event["rawQueryString"] == "x=1+2&x=%2B&y&x%20y=%C3%A4"


def test_integrations_lambda_an_encoded_response_is_decoded(api: Builder) -> None:
    api.lambda_route("GET /a", _answering("{'statusCode': 200, 'body': '/wA=', 'isBase64Encoded': True}"))

    assert api.send("/a").body == b"\xff\x00"


def test_integrations_lambda_an_answer_without_status_is_the_body(api: Builder) -> None:
    api.lambda_route("GET /a", _answering("{'message': 'hi'}"))

    answer = api.send("/a")

    assert (answer.status, answer.headers["content-type"], answer.json()) == (
        200,
        "application/json",
        {"message": "hi"},
    )


@pytest.mark.parametrize(
    ("code", "version"),
    [
        ("def handler(event, context): raise ValueError('secret')", "2.0"),
        (_answering("{'statusCode': 'x'}"), "2.0"),
        (_answering("{'statusCode': 200, 'body': {}}"), "2.0"),
        (_answering("{'statusCode': 200, 'headers': {'x-own': 'a\\nb: c'}}"), "2.0"),
        (_answering("{'statusCode': 200, 'headers': {'x own': 'a'}}"), "2.0"),
        (_answering("{'statusCode': 200, 'cookies': ['a=1\\r\\nb: c']}"), "2.0"),
        (_answering("{'statusCode': 200, 'multiValueHeaders': {'x-own': ['a', '\\x00']}}"), "1.0"),
        (_answering("{'message': 'hi'}"), "1.0"),
        (_answering("'text'"), "1.0"),
    ],
)
def test_integrations_lambda_an_error_or_invalid_answer_is_500(api: Builder, code: str, version: str) -> None:
    api.lambda_route("GET /a", code, version=version)

    answer = api.send("/a")

    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize("source", ["*/GET/b", "prod/GET/a", "*/POST/a", "authorizers/*"])
def test_lambda_permissions_without_one_for_the_route_it_is_500(api: Builder, source: str) -> None:
    function = api.function(ECHO, f"{api.arn}/{source}")
    made = api.integration(IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0")
    api.route("GET /a", made)

    assert api.send("/a").status == 500


def test_lambda_permissions_hold_for_the_alias_only(api: Builder) -> None:
    function = api.function(ECHO, f"{api.arn}/*/*")
    functions = api.aws.client("lambda")
    functions.publish_version(FunctionName=function)
    alias = functions.create_alias(FunctionName=function, Name="live", FunctionVersion="1")["AliasArn"]
    api.route("GET /a", api.integration(IntegrationType="AWS_PROXY", IntegrationUri=alias, PayloadFormatVersion="2.0"))
    assert api.send("/a").status == 500

    functions.add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId="live",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"{api.arn}/*/GET/a",
    )
    assert api.send("/a").status == 200


def test_integrations_lambda_a_timeout_is_503(api: Builder) -> None:
    api.lambda_route("GET /a", WAITING, TimeoutInMillis=50)

    answer = api.send("/a")

    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})
