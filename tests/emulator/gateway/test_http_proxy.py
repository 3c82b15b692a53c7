"""HTTP proxy integrations: developer guide, http-api-develop-integrations-http."""

import http.client
import socket
import urllib.parse

import pytest

from .conftest import Backend, Builder


def test_integrations_http_the_url_is_as_it_is_written(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a/{proxy+}", f"{backend.url}/fixed?x=1")

    assert api.send("/a/b/c?y=2&y=3").status == 200
    assert backend.requests[0]["path"] == "/fixed?x=1&y=2&y=3"


@pytest.mark.parametrize(
    ("key", "url", "path", "expected"),
    [
        ("GET /a/{id}", "/v1/{id}/x", "/a/7", "/v1/7/x"),
        ("GET /a/{proxy+}", "/v1/{proxy}", "/a/b/c", "/v1/b/c"),
        ("GET /a/{id}", "/v1/{id}", "/a/x%20y%2525", "/v1/x%20y%25"),
        ("GET /a/{id}", "/v1/{id}", "/a/%C3%A4?q=%20", "/v1/%C3%A4?q=%20"),
    ],
)
def test_integrations_http_path_variables(
    api: Builder, backend: Backend, key: str, url: str, path: str, expected: str
) -> None:
    api.http_route(key, backend.url + url)

    assert api.send(path).status == 200
    assert backend.requests[0]["path"] == expected


@pytest.mark.parametrize(("method", "sent"), [("ANY", "PATCH"), ("POST", "POST")])
def test_integrations_http_the_method(api: Builder, backend: Backend, method: str, sent: str) -> None:
    api.http_route("ANY /a", backend.url, IntegrationMethod=method)

    assert api.send("/a", "PATCH", b"body").status == 200
    assert (backend.requests[0]["method"], backend.requests[0]["body"]) == (sent, b"body")


def test_integrations_http_headers_of_the_request(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)

    api.send("/a", Authorization="Bearer t", **{"X-Own": "1", "Keep-Alive": "5"})

    headers = dict(backend.requests[0]["headers"])
    assert {"authorization": "Bearer t", "x-own": "1"}.items() <= headers.items()
    assert headers["host"] == backend.url.removeprefix("http://")
    assert headers["forwarded"] == f"for=127.0.0.1;host={api.id}.execute-api.localhost;proto=http"
    assert "keep-alive" not in headers


def test_integrations_http_the_response_is_passed_as_it_is(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)
    backend.answer = (418, [("x-own", "1"), ("content-type", "text/html"), ("set-cookie", "c=1")], b"<p>")

    answer = api.send("/a")

    assert (answer.status, answer.body) == (418, b"<p>")
    assert {"x-own": "1", "content-type": "text/html", "set-cookie": "c=1"}.items() <= answer.headers.items()


def test_integrations_http_a_redirect_is_not_followed(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url)
    backend.answer = (302, [("location", "/elsewhere")], b"")

    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("POST", f"{url.path}/a", b"x")
    answer = connection.getresponse()
    connection.close()

    assert (answer.status, answer.headers["location"], len(backend.requests)) == (302, "/elsewhere", 1)


def test_integrations_http_a_timeout_is_503(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url, TimeoutInMillis=50)
    backend.hold.clear()

    answer = api.send("/a")

    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})


def test_integrations_http_nobody_listening_is_503(api: Builder) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but it does not listen
        api.http_route("GET /a", f"http://127.0.0.1:{unused.getsockname()[1]}")

        answer = api.send("/a")

    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})


def test_integrations_http_a_head_request_has_the_headers_of_the_backend_and_no_body(
    api: Builder, backend: Backend
) -> None:
    api.http_route("GET /a", backend.url)
    backend.answer = (200, [("x-own", "1")], b"12345")

    assert api.send("/a", "HEAD").status == 404
    api.http_route("HEAD /a", backend.url)
    answer = api.send("/a", "HEAD")
    assert (answer.status, answer.headers["content-length"], answer.headers["x-own"], answer.body) == (
        200,
        "5",
        "1",
        b"",
    )


def test_integrations_http_a_response_without_content(api: Builder, backend: Backend) -> None:
    api.http_route("DELETE /a", backend.url)
    backend.answer = (204, [("x-own", "1")], b"")

    answer = api.send("/a", "DELETE")

    assert (answer.status, answer.headers["x-own"], "content-length" in answer.headers) == (204, "1", False)


def test_integrations_http_a_body_in_chunks_has_a_length_for_the_backend(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url)
    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("POST", f"{url.path}/a", iter([b"one", b"two"]), encode_chunked=True)
    status = connection.getresponse().status
    connection.close()

    (request,) = backend.requests
    assert (status, request["body"], dict(request["headers"])["content-length"]) == (200, b"onetwo", "6")
    assert "transfer-encoding" not in dict(request["headers"])


def test_integrations_http_half_a_request_is_none(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url)
    url = urllib.parse.urlsplit(api.url)

    with socket.create_connection((url.hostname, url.port), timeout=10) as client:
        client.sendall(f"POST {url.path}/a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\none".encode())
        client.shutdown(socket.SHUT_WR)
        assert client.recv(12) in (b"", b"HTTP/1.1 400")  # whichever of the two ends is noticed first

    assert backend.requests == []


def test_integrations_http_headers_of_one_name_stay_several(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)
    backend.answer = (200, [("set-cookie", "a=1"), ("set-cookie", "b=2")], b"")
    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    connection.putrequest("GET", f"{url.path}/a")
    for value in ("1", "2"):
        connection.putheader("X-Own", value)
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()

    assert [value for name, value in backend.requests[0]["headers"] if name == "x-own"] == ["1", "2"]
    assert answer.headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_quotas_a_response_has_10_mb_at_most(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)
    backend.answer = (200, [], b"x" * (10 * 1024 * 1024 + 1))

    assert api.send("/a").status == 500
