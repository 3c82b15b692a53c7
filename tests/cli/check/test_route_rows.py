"""Each route as promised and as deployed, and plain OPTIONS requests."""

from types import SimpleNamespace
from typing import Any

import pytest

from cli.check.deployed import Deployed
from cli.check.http_client import Answer
from cli.check.options_row import options_row
from cli.check.promises import Promises, RoutePromise
from cli.check.route_rows import route_rows
from cli.check.row import NotChecked, Row, State
from cli.check.sender import Sender

from .fake_api import backend, gateway, sender_to

OURS = {"AuthorizationType": "CUSTOM", "AuthorizerId": "ours", "Target": "integrations/1"}


def _other(kind: str) -> tuple[State, str]:
    return State.BROKEN, f"another authorization: {kind}"


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
        ("GET /.well-known/oauth-authorization-server", {}, None, (State.KEPT, "open")),
        ("POST /token", {}, None, (State.BROKEN, "open to anybody: no authorizer")),
        ("GET /a", None, RoutePromise(), (State.BROKEN, "there is no such route")),
        ("GET /a", {"AuthorizationType": "AWS_IAM"}, None, (State.BROKEN, "another authorization: AWS_IAM")),
        ("GET /mine", {"AuthorizationType": "AWS_IAM"}, None, (State.NOT_APPLICABLE, "skipped, as you have said")),
        ("GET /a", {**OURS, "AuthorizerId": "b"}, RoutePromise(), (State.BROKEN, "another authorization: CUSTOM")),
        ("GET /a", {"AuthorizationType": "AWS_IAM"}, RoutePromise(authorization="jwt"), _other("AWS_IAM")),
        ("GET /a", OURS, RoutePromise(authorization="iam"), _other("CUSTOM")),
        ("GET /a", {"AuthorizationType": "JWT"}, RoutePromise(), _other("JWT")),
        ("GET /a", {"AuthorizationType": "JWT"}, RoutePromise(authorization="jwt"), (State.KEPT, "401 Unauthorized")),
        (
            "GET /a",
            {"AuthorizationType": "AWS_IAM"},
            RoutePromise(authorization="iam"),
            (State.BROKEN, "401 Unauthorized"),
        ),
        ("GET /a", {}, RoutePromise(authorization="iam"), (State.BROKEN, "open to anybody: no authorizer")),
        (
            "GET /a",
            {"AuthorizationType": "JWT", "AuthorizationScopes": ["b"]},
            RoutePromise(authorization="jwt", scopes=("a",)),
            (State.BROKEN, "another scope: b"),
        ),
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
    sender, _ = sender_to(monkeypatch, gateway(401))
    promises = Promises(routes={} if promise is None else {route_key: promise}, skipped_routes=frozenset({"GET /mine"}))
    row = _route_row(_deployed({} if route is None else {route_key: route}), promises, sender)

    assert row.promise == f"route {route_key}"
    assert (row.state, row.found) == expected


def test_iam_authorization_refuses_with_403(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sender_to(monkeypatch, gateway(403))
    promises = Promises(routes={"GET /a": RoutePromise(authorization="iam")})
    for deployed in (_deployed({"GET /a": {"AuthorizationType": "AWS_IAM"}}), None):
        row = _route_row(deployed, promises, sender)

        assert (row.expected, row.state, row.found) == ("403 Forbidden", State.KEPT, "403 Forbidden")


def test_what_is_not_known_is_called_only_with_get(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sender_to(monkeypatch, gateway(401))
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
    sender, _ = sender_to(monkeypatch, answer)
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
