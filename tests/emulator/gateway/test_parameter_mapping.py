"""Parameter mappings: developer guide, http-api-parameter-mapping; variables: http-api-logging-variables."""

import re

import pytest

from .conftest import Apis, Backend, Builder


def _sent(api: Builder, backend: Backend, path: str = "/a", body: bytes = b"", /, **headers: str) -> dict[str, str]:
    assert api.send(path, "POST", body, **headers).status == 200
    request = backend.requests[-1]
    return {**dict(request["headers"]), "": request["path"]}


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        ({"append:header.x-own": "b"}, ["a", "b"]),
        ({"overwrite:header.X-Own": "b"}, ["b"]),
        ({"remove:header.x-own": "''"}, []),
    ],
)
def test_parameter_mapping_headers(
    api: Builder, backend: Backend, mappings: dict[str, str], expected: list[str]
) -> None:
    api.http_route("POST /a", backend.url, RequestParameters=mappings)

    _sent(api, backend, **{"X-Own": "a"})

    assert [value for name, value in backend.requests[0]["headers"] if name == "x-own"] == expected


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        ({"append:querystring.q": "b c"}, "/?q=a&r=1&q=b%20c"),
        ({"overwrite:querystring.q": "$request.header.x-own"}, "/?r=1&q=own"),
        ({"remove:querystring.q": "''"}, "/?r=1"),
        ({"overwrite:path": "/fixed/${request.querystring.r}"}, "/fixed/1?q=a&r=1"),
        ({"overwrite:path": "/50%/a%20b c"}, "/50%25/a%20b%20c?q=a&r=1"),
    ],
)
def test_parameter_mapping_query_string_and_path(
    api: Builder, backend: Backend, mappings: dict[str, str], expected: str
) -> None:
    api.http_route("POST /a", backend.url, RequestParameters=mappings)

    assert _sent(api, backend, "/a?q=a&r=1", **{"X-Own": "own"})[""] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$request.header.X-Own", "own"),
        ("$request.querystring.q", "1,2"),
        ("$request.body.pet.names[1]", "rex"),
        ("$request.body.pet.age", "3"),
        ("$request.path", "/a/7"),
        ("$request.path.id", "7"),
        ("$context.routeKey", "POST /a/{id}"),
        ("$context.authorizer.sub", "alice"),
        ("$context.authorizer.n", "1"),
        ("$stageVariables.colour", "blue"),
        ("static", "static"),
        ("${request.path.id}-${context.authorizer.sub}", "7-alice"),
        ("${request.path.id} and $stageVariables.colour", "7 and $stageVariables.colour"),
    ],
)
def test_parameter_mapping_values(apis: Apis, backend: Backend, value: str, expected: str) -> None:
    api = apis()
    api.stage("prod", StageVariables={"colour": "blue"})
    mappings = {"overwrite:header.mapped": value}
    api.http_route("POST /a/{id}", backend.url, api.authorizer(), RequestParameters=mappings)

    body = b'{"pet": {"names": ["tom", "rex"], "age": 3}}'
    sent = _sent(api, backend, "/prod/a/7?q=1&q=2", body, Authorization="x", **{"X-Own": "own"})

    assert sent["mapped"] == expected


@pytest.mark.parametrize("value", ["$context.authorizer.none", "$request.header.none", "$request.body.none"])
def test_parameter_mapping_without_a_value_the_callers_own_never_passes(
    api: Builder, backend: Backend, value: str
) -> None:
    api.http_route("POST /a", backend.url, RequestParameters={"overwrite:header.x-caller": value})

    assert "x-caller" not in _sent(api, backend, **{"X-Caller": "forged"})


def test_parameter_mapping_what_is_no_header_is_400(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url, RequestParameters={"overwrite:header.x-own": "$request.querystring.q"})

    assert api.send("/a?q=a%0d%0ax-caller:%20admin", "POST").status == 400
    assert backend.requests == []


def test_parameter_mapping_of_responses_what_is_no_header_is_500(api: Builder, backend: Backend) -> None:
    mappings = {"200": {"overwrite:header.x-own": "$response.body"}}
    api.http_route("GET /a", backend.url, ResponseParameters=mappings)
    backend.answer = (200, [], b"a\nb")

    assert api.send("/a").status == 500


def test_parameter_mapping_text_is_utf_8(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url, RequestParameters={"overwrite:header.x-own": "$request.querystring.q"})
    backend.answer = (200, [("x-back", "\xe9")], b"")

    answer = api.send("/a?q=%E6%97%A5")

    assert dict(backend.requests[0]["headers"])["x-own"].encode("latin-1").decode() == "日"
    assert answer.headers["x-back"] == "\xe9"  # bytes as they are


def test_logging_variables_of_a_request(apis: Apis, backend: Backend) -> None:
    patterns = {
        "accountId": "000000000000",
        "apiId": "[0-9a-f]{8}",
        "domainName": r"[0-9a-f]{8}\.execute-api\.localhost",
        "domainPrefix": "[0-9a-f]{8}",
        "extendedRequestId": "[A-Za-z0-9+/=]{16}",
        "httpMethod": "POST",
        "identity.sourceIp": r"127\.0\.0\.1",
        "identity.userAgent": "tests",
        "path": "/prod/a",
        "protocol": r"HTTP/1\.1",
        "requestId": "[A-Za-z0-9+/=]{16}",
        "requestTime": r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000",
        "requestTimeEpoch": r"\d{13}",
        "routeKey": r"\$default",
        "stage": "prod",
    }
    api = apis()
    api.stage("prod")
    mappings = {f"overwrite:header.v-{name.lower()}": f"$context.{name}" for name in patterns}
    api.http_route("$default", backend.url, RequestParameters=mappings)

    sent = _sent(api, backend, "/prod/a", **{"User-Agent": "tests"})

    for name, pattern in patterns.items():
        assert re.fullmatch(pattern, sent[f"v-{name.lower()}"]), name


def test_parameter_mapping_of_responses_by_status(api: Builder, backend: Backend) -> None:
    api.http_route(
        "GET /a",
        backend.url,
        ResponseParameters={
            "404": {
                "overwrite:statuscode": "410",
                "append:header.x-reason": "${response.header.x-own}: ${response.body.why}",
                "overwrite:header.x-id": "$context.requestId",
                "remove:header.server": "''",
            }
        },
    )
    fields = [("x-own", "own"), ("server", "secret"), ("content-type", "application/json")]
    backend.answer = (404, fields, b'{"why": "gone"}')

    answer = api.send("/a")

    assert (answer.status, answer.headers["x-reason"], answer.json()) == (410, "own: gone", {"why": "gone"})
    assert answer.headers["x-id"] == answer.headers["apigw-requestid"]
    assert "server" not in answer.headers

    backend.answer = (200, fields, b"{}")
    assert api.send("/a").headers["server"] == "secret"
