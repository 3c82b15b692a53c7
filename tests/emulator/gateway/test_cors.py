"""CORS: developer guide, http-api-cors."""

import pytest

from .conftest import Apis, Backend, Builder

ORIGIN = "https://app.example.com"
CORS = {
    "AllowOrigins": [ORIGIN, "http://*"],
    "AllowMethods": ["GET", "DELETE"],
    "AllowHeaders": ["authorization"],
    "ExposeHeaders": ["date"],
    "AllowCredentials": True,
    "MaxAge": 60,
}


@pytest.fixture
def open_api(apis: Apis, backend: Backend) -> Builder:
    """With CORS; every request reaches the backend, with no authorizer."""
    api = apis(CorsConfiguration=CORS)
    api.stage()
    api.http_route("$default", backend.url)
    return api


def test_cors_a_preflight_is_answered_without_a_route(apis: Apis) -> None:
    api = apis(CorsConfiguration=CORS)
    api.stage()

    answer = api.send("/nothing", "OPTIONS", Origin=ORIGIN, **{"Access-Control-Request-Method": "DELETE"})

    assert (answer.status, answer.body) == (204, b"")
    assert {name: value for name, value in answer.headers.items() if name.startswith("access-control")} == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET,DELETE",
        "access-control-allow-headers": "authorization",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "date",
        "access-control-max-age": "60",
    }


def test_cors_a_preflight_of_another_origin_gets_no_headers(open_api: Builder, backend: Backend) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    answer = open_api.send("/", "OPTIONS", **headers)

    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert backend.requests == []


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}, {"Access-Control-Request-Method": "GET"}])
def test_cors_other_options_requests_go_to_their_route(
    open_api: Builder, backend: Backend, headers: dict[str, str]
) -> None:
    assert open_api.send("/x", "OPTIONS", **headers).status == 200
    assert [request["method"] for request in backend.requests] == ["OPTIONS"]


def test_cors_without_a_configuration_a_preflight_goes_to_its_route(api: Builder, backend: Backend) -> None:
    api.http_route("OPTIONS /x", backend.url)
    backend.answer = (200, [("access-control-allow-origin", "*")], b"")

    answer = api.send("/x", "OPTIONS", Origin=ORIGIN, **{"Access-Control-Request-Method": "GET"})

    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(backend.requests) == 1


def test_cors_headers_of_the_integration_are_replaced(open_api: Builder, backend: Backend) -> None:
    backend.answer = (200, [("access-control-allow-origin", "*"), ("x-own", "1")], b"")

    answer = open_api.send("/x", Origin=ORIGIN)

    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["x-own"] == "1"
    assert "access-control-allow-origin" not in open_api.send("/x").headers


def test_cors_an_origin_of_a_scheme(open_api: Builder) -> None:
    assert (
        open_api.send("/", Origin="http://any.example").headers["access-control-allow-origin"] == "http://any.example"
    )
    assert "access-control-allow-origin" not in open_api.send("/", Origin="https://any.example").headers


def test_cors_any_origin(apis: Apis, backend: Backend) -> None:
    api = apis(CorsConfiguration={"AllowOrigins": ["*"]})
    api.stage()
    api.http_route("$default", backend.url)

    assert api.send("/", Origin="https://any.example").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("key", ["$default", "ANY /x", "OPTIONS /x"])
def test_cors_a_preflight_needs_no_token_and_any_other_request_does(apis: Apis, backend: Backend, key: str) -> None:
    api = apis(CorsConfiguration=CORS)
    api.stage()
    api.http_route(key, backend.url, api.authorizer())

    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    assert api.send("/x", "OPTIONS", **preflight).headers["access-control-allow-origin"] == ORIGIN
    assert [api.send("/x", "OPTIONS", **headers).status for headers in ({}, {"Origin": ORIGIN})] == [401, 401]
    assert backend.requests == []
