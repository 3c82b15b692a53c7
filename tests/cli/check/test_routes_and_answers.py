"""Routes, requests and answers: who answers, which routes are called, what is sent at most."""

from http import HTTPStatus

import pytest

from cli.check.answers import Expected, finding, is_gateways
from cli.check.http_client import Answer
from cli.check.promises import RoutePromise, check_route_key
from cli.check.routes import callable_routes, request_of
from cli.check.row import NotChecked
from cli.check.sender import REQUESTS, SECONDS, Unreachable

from .fake_api import backend, gateway, sender_to


@pytest.mark.parametrize(
    ("answers", "expected", "kept", "shown"),
    [
        ([gateway(403), gateway(403)], Expected.DENIED, True, "403 Forbidden"),
        ([gateway(403), backend(200)], Expected.DENIED, False, "403 Forbidden, 200 OK"),
        ([backend(403, b'{"error":"x"}')], Expected.DENIED, False, "403 Forbidden by the backend: let in"),
        ([backend(403, b"{")], Expected.DENIED, False, "403 Forbidden by the backend: let in"),
        ([Answer(403, {}, b'{"message":"Forbidden"}')], Expected.DENIED, False, "403 Forbidden by the backend: let in"),
        ([gateway(401)], Expected.UNAUTHENTICATED, True, "401 Unauthorized"),
        ([backend(401)], Expected.UNAUTHENTICATED, False, "401 Unauthorized by the backend: let in"),
        ([backend(500)], Expected.ALLOWED, True, "500 Internal Server Error by the backend: let in"),
        ([backend(404)], Expected.ALLOWED, True, "404 Not Found by the backend: let in"),
        ([gateway(404)], Expected.ALLOWED, False, "404 Not Found"),
        ([gateway(500)], Expected.ALLOWED, False, "500 Internal Server Error"),
        ([gateway(503)], Expected.ALLOWED, True, "503 Service Unavailable"),
        ([backend(599)], Expected.DENIED, False, "599"),
    ],
)
def test_who_answers(answers: list[Answer], expected: Expected, kept: bool, shown: str) -> None:
    found = finding(answers, expected)
    assert (found.kept, found.found) == (kept, shown)
    assert not is_gateways(gateway(403), HTTPStatus.UNAUTHORIZED)


@pytest.mark.parametrize(
    ("route_key", "request_"),
    [
        ("GET /orders", ("GET", "/orders")),
        ("ANY /orders/{id}/lines", ("GET", "/orders/kms-jwt-check/lines")),
        ("DELETE /{proxy+}", ("DELETE", "/kms-jwt-check")),
        ("GET /a b", ("GET", "/a%20b")),
        ("GET /ä", ("GET", "/%C3%A4")),
        ("$default", ("GET", "/kms-jwt-check")),
    ],
)
def test_a_request_for_each_kind_of_route(route_key: str, request_: tuple[str, str]) -> None:
    assert request_of(check_route_key(route_key)) == request_


@pytest.mark.parametrize("key", ["GET @127.0.0.1:80/x", "GET", "/orders", "get /orders", ""])
def test_what_is_no_route_key(key: str) -> None:
    with pytest.raises(ValueError, match="is no route key"):
        check_route_key(key)


def test_a_token_is_sent_only_where_it_changes_nothing_the_plainest_route_first() -> None:
    routes = {
        "POST /": RoutePromise(),
        "GET /open": RoutePromise(public=True),
        "GET /a": RoutePromise(scopes=("a",)),
        "GET /{id}": RoutePromise(),
        "GET /plain": RoutePromise(),
    }
    assert [route.key for route in callable_routes(routes)] == ["GET /plain", "GET /{id}", "GET /a"]


def test_what_is_sent_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    sender, _ = sender_to(monkeypatch, gateway(401), clock=lambda: now)
    for _ in range(REQUESTS):
        sender.send("GET", "/")
    with pytest.raises(NotChecked, match=r"no requests left \(400\)"):
        sender.send("GET", "/")

    now = SECONDS + 1
    with pytest.raises(NotChecked, match=r"no time left \(120 s\)"):
        sender.send("GET", "/")


def test_an_api_that_throttles_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, slept = sender_to(monkeypatch, gateway(429), gateway(429), gateway(403))
    assert sender.send("GET", "/").status == 403
    assert [pause for pause in slept if pause] == [0.5, 1.0]

    sender, slept = sender_to(monkeypatch, gateway(429))
    with pytest.raises(NotChecked, match="429 Too Many Requests: check again when fewer requests are sent"):
        sender.send("GET", "/")
    assert 60 < sum(slept) < SECONDS

    sender, slept = sender_to(monkeypatch, gateway(200))
    sender.keep_to(4, 5)
    sender.send("GET", "/")
    assert slept == [0.25]


def test_an_api_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sender_to(monkeypatch, OSError("refused"))
    with pytest.raises(Unreachable, match=r"^https://api does not answer \(refused\): is the URL right"):
        sender.send("GET", "/")

    sender, _ = sender_to(monkeypatch, gateway(200), OSError("refused"))
    sender.send("GET", "/")
    with pytest.raises(NotChecked, match="no answer: refused"):
        sender.send("GET", "/")
    with pytest.raises(NotChecked, match="is no path"):
        sender.send("GET", "@127.0.0.1/x")
