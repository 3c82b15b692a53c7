"""Lambda authorizers: developer guide, http-api-lambda-authorizer."""

import json

import pytest

from .conftest import ALLOW, Backend, Builder

COUNTING = """
calls = []
def handler(event, context):
    calls.append(1)
    return {"isAuthorized": event["headers"].get("authorization") != "no", "context": {"calls": len(calls)}}
"""
ECHO = (
    "def handler(event, context): return {'isAuthorized': True, 'context': {'event': __import__('json').dumps(event)}}"
)
POLICY = """
def handler(event, context):
    return {"principalId": "alice", "context": {"a": "b"}, "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event.get("routeArn") or event["methodArn"]}]}}
"""


def _calls(api: Builder, path: str = "/a", **headers: str) -> int:
    context = api.event(path, **{"Authorization": "yes", **headers})["requestContext"]["authorizer"]["lambda"]
    return int(context["calls"])


def test_lambda_authorizer_context_reaches_the_function(api: Builder) -> None:
    api.lambda_route("GET /a", authorizer=api.authorizer())

    event = api.event("/a", Authorization="x")

    assert event["requestContext"]["authorizer"] == {"lambda": {"sub": "alice", "n": 1}}


def test_lambda_authorizer_denied_is_403(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url, api.authorizer("def handler(event, context): return {'isAuthorized': False}"))

    answer = api.send("/a", Authorization="x")

    assert (answer.status, answer.json(), backend.requests) == (403, {"message": "Forbidden"}, [])


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "x"}, {"X-Tenant": "x"}])
def test_lambda_authorizer_a_missing_identity_source_is_401(
    api: Builder, backend: Backend, headers: dict[str, str]
) -> None:
    sources = ["$request.header.Authorization", "$request.header.x-tenant"]
    api.http_route("GET /a", backend.url, api.authorizer("raise SystemExit", IdentitySource=sources))

    answer = api.send("/a", **headers)

    assert (answer.status, answer.json(), backend.requests) == (401, {"message": "Unauthorized"}, [])


def test_lambda_authorizer_identity_sources(api: Builder) -> None:
    sources = [
        "$request.header.X-Tenant",
        "$request.querystring.key",
        "$context.routeKey",
        "$context.identity.sourceIp",
    ]
    api.lambda_route("GET /a", authorizer=api.authorizer(ECHO, IdentitySource=sources))

    event = api.event("/a?key=1&key=2", **{"x-tenant": "t"})
    seen = json.loads(event["requestContext"]["authorizer"]["lambda"]["event"])

    assert seen["identitySource"] == ["t", "1,2", "GET /a", "127.0.0.1"]


@pytest.mark.parametrize(
    "code",
    [
        "def handler(event, context): raise Exception('Unauthorized')",
        "def handler(event, context): return None",
        "def handler(event, context): return {}",
        "def handler(event, context): return {'isAuthorized': 'false'}",
        "def handler(event, context): return {'isAuthorized': True, 'context': 'x'}",
        "raise ValueError('no init')",
    ],
)
def test_lambda_authorizer_an_error_or_invalid_answer_is_500(api: Builder, backend: Backend, code: str) -> None:
    api.http_route("GET /a", backend.url, api.authorizer(code, AuthorizerResultTtlInSeconds=300))

    answer = api.send("/a", Authorization="x")

    assert (answer.status, answer.json(), backend.requests) == (500, {"message": "Internal Server Error"}, [])


def test_lambda_authorizer_without_permission_is_500(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url, api.authorizer(permitted=False))

    assert api.send("/a", Authorization="x").status == 500
    assert backend.requests == []


def test_lambda_authorizer_permission_of_another_authorizer_is_500(api: Builder, backend: Backend) -> None:
    function = api.function(ALLOW, f"{api.arn}/authorizers/another")
    authorizer = api.authorizer()
    api.gateway.update_authorizer(ApiId=api.id, AuthorizerId=authorizer, AuthorizerUri=function)
    api.http_route("GET /a", backend.url, authorizer)

    assert api.send("/a", Authorization="x").status == 500
    assert backend.requests == []


def test_lambda_authorizer_a_cached_answer_holds_for_all_routes(api: Builder) -> None:
    authorizer = api.authorizer(COUNTING, AuthorizerResultTtlInSeconds=300)
    api.lambda_route("GET /a", authorizer=authorizer)
    api.lambda_route("GET /b", authorizer=authorizer)

    assert _calls(api) == _calls(api, "/b") == 1
    assert _calls(api, Authorization="other") == 2


def test_lambda_authorizer_a_denial_is_cached(api: Builder) -> None:
    api.lambda_route("GET /a", authorizer=api.authorizer(COUNTING, AuthorizerResultTtlInSeconds=300))

    assert [api.send("/a", Authorization="no").status for _ in range(2)] == [403, 403]
    assert _calls(api) == 2


def test_lambda_authorizer_the_route_key_in_the_cache_key(api: Builder) -> None:
    sources = ["$request.header.Authorization", "$context.routeKey"]
    authorizer = api.authorizer(COUNTING, AuthorizerResultTtlInSeconds=300, IdentitySource=sources)
    api.lambda_route("GET /a", authorizer=authorizer)
    api.lambda_route("GET /b", authorizer=authorizer)

    assert [_calls(api), _calls(api, "/b"), _calls(api)] == [1, 2, 1]


def test_lambda_authorizer_without_a_ttl_nothing_is_cached(api: Builder) -> None:
    api.lambda_route("GET /a", authorizer=api.authorizer(COUNTING))

    assert [_calls(api), _calls(api)] == [1, 2]


def test_reset_authorizers_cache_keeps_the_stage(api: Builder) -> None:
    api.lambda_route("GET /a", authorizer=api.authorizer(COUNTING, AuthorizerResultTtlInSeconds=300))
    assert [_calls(api), _calls(api)] == [1, 1]

    api.gateway.reset_authorizers_cache(ApiId=api.id, StageName="$default")

    assert _calls(api) == 2


def test_lambda_authorizer_event_2_0(api: Builder) -> None:
    api.lambda_route("GET /a/{id}", authorizer=api.authorizer(ECHO))

    event = api.event("/a/7?x=1&x=2", Authorization="x", Cookie="c=1; d=2")
    seen = json.loads(event["requestContext"]["authorizer"]["lambda"]["event"])

    assert (seen["version"], seen["type"], seen["routeKey"]) == ("2.0", "REQUEST", "GET /a/{id}")
    assert seen["routeArn"] == f"{api.arn}/$default/GET/a/7"
    assert (seen["rawPath"], seen["rawQueryString"]) == ("/a/7", "x=1&x=2")
    assert (seen["cookies"], seen["pathParameters"]) == (["c=1", "d=2"], {"id": "7"})
    assert seen["queryStringParameters"] == {"x": "1,2"}
    assert seen["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert "body" not in seen


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_lambda_authorizer_a_cached_policy_holds_for_what_it_names(api: Builder, version: str) -> None:
    authorizer = api.authorizer(
        POLICY, AuthorizerPayloadFormatVersion=version, EnableSimpleResponses=False, AuthorizerResultTtlInSeconds=300
    )
    api.lambda_route("GET /a", authorizer=authorizer)
    api.lambda_route("GET /b", authorizer=authorizer)

    assert api.event("/a", Authorization="x")["requestContext"]["authorizer"]["lambda"] == {"a": "b"}
    assert api.send("/b", Authorization="x").status == 403


def test_what_is_not_there_is_said(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url, api.authorizer(IdentitySource=["$request.body"]))

    answer = api.send("/a")

    assert answer.status == 501
    assert "$request.body" in answer.json()["message"]
