"""Limits: developer guide, http-api-throttling and http-api-quotas."""

import http.client
import urllib.parse
from contextlib import closing

import pytest

from .conftest import Apis, Backend, Builder

SLOW = {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.0001}


def _statuses(api: Builder, *paths: str) -> list[int]:
    return [api.send(path).status for path in paths]


def test_throttling_of_a_stage_is_429(apis: Apis, backend: Backend) -> None:
    api = apis()
    api.stage(DefaultRouteSettings=SLOW)
    api.http_route("GET /a", backend.url)
    api.http_route("GET /b", backend.url)

    assert _statuses(api, "/a", "/b", "/a", "/b") == [200, 200, 429, 429]
    assert api.send("/a").json() == {"message": "Too Many Requests"}
    assert len(backend.requests) == 2


def test_throttling_of_a_route_has_a_bucket_of_its_own(api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)
    api.http_route("GET /b", backend.url)
    api.gateway.update_stage(ApiId=api.id, StageName="$default", RouteSettings={"GET /a": SLOW})

    assert _statuses(api, "/a", "/a", "/a", "/b", "/b", "/b") == [200, 200, 429, 200, 200, 200]


def test_throttling_before_the_authorizer(apis: Apis, backend: Backend) -> None:
    api = apis()
    api.stage(DefaultRouteSettings={"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0})
    api.http_route("GET /a", backend.url, api.authorizer())

    assert _statuses(api, "/a") == [429]


@pytest.mark.parametrize(("size", "status"), [(9000, 200), (10240, 431)])
def test_quotas_the_request_line_and_headers(api: Builder, backend: Backend, size: int, status: int) -> None:
    api.http_route("GET /a", backend.url)

    assert api.send("/a", **{"X-Long": "x" * size}).status == status


@pytest.mark.parametrize(("size", "status"), [(10 * 1024 * 1024, 200), (10 * 1024 * 1024 + 1, 413)])
def test_quotas_the_payload(api: Builder, backend: Backend, size: int, status: int) -> None:
    api.http_route("POST /a", backend.url)

    assert api.send("/a", "POST", b"x" * size).status == status


def test_quotas_a_payload_that_is_announced_as_too_large_is_not_read(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url)
    url = urllib.parse.urlsplit(api.url)

    with closing(http.client.HTTPConnection(url.netloc, timeout=10)) as connection:
        connection.putrequest("POST", f"{url.path}/a")
        connection.putheader("Content-Length", str(10 * 1024 * 1024 + 1))
        connection.endheaders()  # and not one byte of the body
        answer = connection.getresponse()

        assert (answer.status, answer.read()) == (413, b'{"message":"Request Entity Too Large"}')
    assert backend.requests == []


def test_quotas_a_payload_in_chunks_is_not_read_to_its_end(api: Builder, backend: Backend) -> None:
    api.http_route("POST /a", backend.url)
    url = urllib.parse.urlsplit(api.url)

    with closing(http.client.HTTPConnection(url.netloc, timeout=10)) as connection:
        connection.putrequest("POST", f"{url.path}/a")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        connection.send(b"a00001\r\n" + b"x" * 0xA00001 + b"\r\n")  # and no chunk that says that it is the last

        assert connection.getresponse().status == 413
    assert backend.requests == []
