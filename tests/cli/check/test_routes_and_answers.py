"""Routes, requests and answers: who answers, which routes are called, what is sent at most."""

from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest

from cli.check import sender as sending
from cli.check.answers import Expected, finding, is_gateways
from cli.check.deployed import Deployed
from cli.check.http_client import Answer
from cli.check.options_row import options_row
from cli.check.promises import Promises, RoutePromise, check_route_key
from cli.check.route_rows import route_rows
from cli.check.routes import callable_routes, request_of
from cli.check.row import NotChecked, Row, State
from cli.check.sender import REQUESTS, SECONDS, Deadline, Sender, Unreachable

ID = {"apigw-requestid": "JKJaXmPLvHcESHA="}
"""API Gateway sends it with every answer, its own and the backend's."""


def gateway(status: int) -> Answer:
    """API Gateway's own answer."""
    return Answer(status, ID, f'{{"message":"{HTTPStatus(status).phrase}"}}'.encode())


def backend(status: int, body: bytes = b"") -> Answer:
    """The integration's."""
    return Answer(status, ID, body)


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


def _sender(
    monkeypatch: pytest.MonkeyPatch, *answers: Answer | OSError, clock: Any = lambda: 0.0
) -> tuple[Sender, list[float]]:
    """Gets these answers, the last one again and again; how long it has slept."""
    left, slept = list(answers), list[float]()

    def answer(*_: object, **__: object) -> Answer:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(sending, "fetch", answer)
    return Sender("https://api", Deadline(lambda: clock() + sum(slept)), sleep=slept.append), slept


def test_what_is_sent_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    sender, _ = _sender(monkeypatch, gateway(401), clock=lambda: now)
    for _ in range(REQUESTS):
        sender.send("GET", "/")
    with pytest.raises(NotChecked, match=r"no requests left \(400\)"):
        sender.send("GET", "/")

    now = SECONDS + 1
    with pytest.raises(NotChecked, match=r"no time left \(120 s\)"):
        sender.send("GET", "/")


def test_an_api_that_throttles_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, slept = _sender(monkeypatch, gateway(429), gateway(429), gateway(403))
    assert sender.send("GET", "/").status == 403
    assert [pause for pause in slept if pause] == [0.5, 1.0]

    sender, slept = _sender(monkeypatch, gateway(429))
    with pytest.raises(NotChecked, match="429 Too Many Requests: check again when fewer requests are sent"):
        sender.send("GET", "/")
    assert 60 < sum(slept) < SECONDS

    sender, slept = _sender(monkeypatch, gateway(200))
    sender.keep_to(4, 5)
    sender.send("GET", "/")
    assert slept == [0.25]


def test_an_api_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = _sender(monkeypatch, OSError("refused"))
    with pytest.raises(Unreachable, match=r"^https://api does not answer \(refused\): is the URL right"):
        sender.send("GET", "/")

    sender, _ = _sender(monkeypatch, gateway(200), OSError("refused"))
    sender.send("GET", "/")
    with pytest.raises(NotChecked, match="no answer: refused"):
        sender.send("GET", "/")
    with pytest.raises(NotChecked, match="is no path"):
        sender.send("GET", "@127.0.0.1/x")


OURS = {"AuthorizationType": "CUSTOM", "AuthorizerId": "ours", "Target": "integrations/1"}


def _deployed(routes: dict[str, Any], integrations: dict[str, str] | None = None) -> Deployed:
    return Deployed({}, routes, {"AuthorizerId": "ours"}, "$default", {"$default": {}}, integrations or {})


def _route_row(deployed: Deployed | None, promises: Promises, sender: Sender, refused: bool = True) -> Row:
    def read() -> Deployed:
        if deployed is None:
            raise NotChecked("not allowed to call apigateway:GET")
        return deployed

    return next(iter(route_rows(read, promises, sender, refused)))


@pytest.mark.parametrize(
    ("route_key", "route", "promise", "expected"),
    [
        ("GET /a", OURS, None, (State.KEPT, "401 Unauthorized")),
        ("GET /a", OURS, RoutePromise(), (State.KEPT, "401 Unauthorized")),
        ("GET /a", OURS, RoutePromise(public=True), (State.BROKEN, "requires authorization: CUSTOM")),
        ("GET /a", {}, RoutePromise(public=True), (State.KEPT, "open")),
        ("GET /a", {}, None, (State.BROKEN, "open to anybody: no authorizer")),
        ("GET /a", None, RoutePromise(), (State.BROKEN, "there is no such route")),
        ("GET /a", {"AuthorizationType": "AWS_IAM"}, None, (State.BROKEN, "another authorization: AWS_IAM")),
        ("GET /mine", {"AuthorizationType": "AWS_IAM"}, None, (State.NOT_APPLICABLE, "skipped, as you have said")),
        ("GET /a", {**OURS, "AuthorizerId": "b"}, RoutePromise(), (State.BROKEN, "another authorization: CUSTOM")),
        ("OPTIONS /a", OURS, RoutePromise(), (State.KEPT, "401 Unauthorized")),
    ],
)
def test_a_route_as_promised_and_as_deployed(
    route_key: str,
    route: dict[str, str] | None,
    promise: RoutePromise | None,
    expected: tuple[State, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender, _ = _sender(monkeypatch, gateway(401))
    promises = Promises(routes={} if promise is None else {route_key: promise}, skipped_routes=frozenset({"GET /mine"}))
    row = _route_row(_deployed({} if route is None else {route_key: route}), promises, sender)

    assert row.promise == f"route {route_key}"
    assert (row.state, row.found) == expected


def test_what_is_not_known_is_called_only_with_get(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = _sender(monkeypatch, gateway(401))
    get, post, public = (
        _route_row(None, Promises(routes={key: RoutePromise(public=key == "GET /b")}), sender)
        for key in ("GET /a", "POST /a", "GET /b")
    )
    assert (get.state, get.found) == (State.KEPT, "401 Unauthorized")
    assert {post.found, public.found} == {"not allowed to call apigateway:GET"}

    unsure = _route_row(_deployed({"POST /a": OURS}), Promises(), sender, refused=False)
    assert unsure.found == "not called: no GET request without a token has been refused"


TO_A_BACKEND = (State.BROKEN, "OPTIONS /b is open, and leads to a backend")
PREFLIGHT = "arn:aws:lambda:eu-west-1:123456789012:function:preflight:live"


@pytest.mark.parametrize(
    ("others", "answer", "expected"),
    [
        ({}, gateway(404), (State.KEPT, "404 Not Found")),
        ({"OPTIONS /a": {"Target": "integrations/2"}}, backend(204), (State.KEPT, "204 No Content")),
        ({}, backend(204), (State.BROKEN, "204 No Content")),
        ({}, backend(404), (State.BROKEN, "404 Not Found by the backend: let in")),
        ({"OPTIONS /b": {"Target": "integrations/1"}}, gateway(404), TO_A_BACKEND),
        ({"OPTIONS /b": {"Target": "integrations/3"}}, gateway(404), TO_A_BACKEND),
        (
            {"$default": {"Target": "integrations/2"}},
            gateway(404),
            (State.NOT_APPLICABLE, "$default is open, as declared, for OPTIONS too"),
        ),
    ],
)  # fmt: skip
def test_plain_options_requests(
    others: dict[str, dict[str, str]], answer: Answer, expected: tuple[State, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, _ = _sender(monkeypatch, answer)
    handlers = {PREFLIGHT: "preflight.handler"}
    functions = SimpleNamespace(
        get_function_configuration=lambda FunctionName: {"Handler": handlers.get(FunctionName, "orders.handler")}  # noqa: N803
    )
    account: Any = SimpleNamespace(lambda_=functions)
    deployed = _deployed({"GET /a": OURS, **others}, {"1": "http://a", "2": PREFLIGHT, "3": f"{PREFLIGHT}2"})
    promises = Promises(open_routes=frozenset({"$default"}))
    (row,) = options_row(lambda: deployed, promises, account, sender, refused=True)

    assert (row.state, row.found) == expected
    (unsure,) = options_row(lambda: _deployed({"GET /a": OURS}), promises, account, sender, refused=False)
    assert unsure.state is State.NOT_CHECKED
