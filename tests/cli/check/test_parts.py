"""The parts of ``kms-jwt check`` that need no API: promises, the choice of routes, bounds, tokens of each algorithm."""

import json
from http import HTTPStatus

import jwt
import pytest

from cli.check import sender as sending
from cli.check.deployed import Deployed, stage_name
from cli.check.promises import Promises, RoutePromise, of_outputs
from cli.check.report import as_json, as_junit, exit_code
from cli.check.requests import DENIED, finding
from cli.check.route_rows import route_rows
from cli.check.routes import callable_routes, request_of, with_scopes
from cli.check.row import NotChecked, Row, State
from cli.check.stage_rows import stage_rows
from cli.check.tokens import Tokens
from emulator.web import Answer
from issuer import KmsSigner
from issuer.algorithms import ALGORITHMS
from tests.issuer.local_kms import LocalKms


def test_the_outputs_of_a_program_with_one_api() -> None:
    (promises,) = of_outputs(json.dumps({"endpoint": "https://api/", "key_arn": "k", "issuer": "i", "audience": "a"}))

    assert promises == Promises(endpoint="https://api", key="k", issuer="i", audience="a")


def test_the_outputs_of_a_program_with_several() -> None:
    routes = {"GET /": {"scopes": ["a", "b"]}, "GET /health": {"public": True}}
    orders = {
        "endpoint": "https://orders",
        "audience": ["x", "y"],
        "routes": routes,
        "cache_ttl": 0,
        "access_logs": False,
    }
    outputs = {"apis": {"orders": orders, "reports": {"endpoint": "https://reports"}}, "key_alias": "alias/k"}
    first, second = of_outputs(json.dumps(outputs))

    assert (first.name, first.key, first.audience, first.cache_ttl, first.access_logs) == (
        "orders",
        "alias/k",
        "x",
        0,
        False,
    )
    assert first.routes == {
        "GET /": RoutePromise(scopes=("a", "b")),
        "GET /health": RoutePromise(public=True),
    }
    assert (second.name, second.endpoint, second.routes) == ("reports", "https://reports", None)


@pytest.mark.parametrize(
    ("route_key", "request_"),
    [
        ("GET /orders", ("GET", "/orders")),
        ("ANY /orders/{id}/lines", ("GET", "/orders/kms-jwt-check/lines")),
        ("DELETE /{proxy+}", ("DELETE", "/kms-jwt-check")),
        ("$default", ("GET", "/kms-jwt-check")),
    ],
)
def test_a_request_for_each_kind_of_route(route_key: str, request_: tuple[str, str]) -> None:
    assert request_of(route_key) == request_


@pytest.mark.parametrize(
    ("endpoint", "stage"),
    [
        ("https://a1b2.execute-api.eu-west-1.amazonaws.com", "$default"),
        ("https://a1b2.execute-api.eu-west-1.amazonaws.com/prod", "prod"),
        ("http://127.0.0.1:4566/_aws/execute-api/a1b2", "$default"),
        ("http://127.0.0.1:4566/_aws/execute-api/a1b2/prod", "prod"),
    ],
)
def test_the_stage_of_an_endpoint(endpoint: str, stage: str) -> None:
    assert stage_name(endpoint) == stage


def test_a_token_is_sent_only_where_it_changes_nothing_the_plainest_route_first() -> None:
    routes = {
        "POST /": RoutePromise(),
        "GET /open": RoutePromise(public=True),
        "GET /a": RoutePromise(scopes=("a",)),
        "GET /{id}": RoutePromise(),
        "GET /b": RoutePromise(scopes=("b",)),
        "GET /plain": RoutePromise(),
    }
    found = callable_routes(routes)
    assert [route.key for route in found] == ["GET /plain", "GET /{id}", "GET /a", "GET /b"]

    plain, _, with_a, with_b = found
    assert with_scopes(plain, found) == with_a
    assert with_scopes(with_a, found) == with_b
    assert with_scopes(with_a, [plain, with_a]) == with_a
    assert with_scopes(plain, [plain]) is None


def test_what_is_sent_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "fetch", lambda *_, **__: None)
    now = 0.0
    sender = sending.Sender("https://api", lambda: now)
    for _ in range(sending.REQUESTS):
        sender.send("GET", "/")
    with pytest.raises(NotChecked, match=r"no requests left \(400\)"):
        sender.send("GET", "/")

    slow = sending.Sender("https://api", lambda: now)
    now = sending.SECONDS + 1
    with pytest.raises(NotChecked, match=r"no time left \(120 s\)"):
        slow.send("GET", "/")


def test_a_throttled_answer_says_nothing() -> None:
    assert finding([403, 403], DENIED).found == "403 Forbidden"
    assert finding([403, 200], DENIED).found == "403 Forbidden, 200 OK"
    assert not finding([403, 599], DENIED).kept
    with pytest.raises(NotChecked, match="429 Too Many Requests"):
        finding([HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS], DENIED)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_another_key_signs_with_the_same_algorithm(alg: str) -> None:
    kms = LocalKms()
    kms.create("key", ALGORITHMS[alg].key_specs[0])
    tokens = Tokens(KmsSigner("key", kms, alg=alg), "i", "a", {})  # type: ignore[arg-type]
    ours, theirs = tokens.good(["s"]), tokens.of_another_key(["s"], tokens.kid)

    assert jwt.get_unverified_header(ours) == jwt.get_unverified_header(theirs)
    assert len(ours) == len(theirs)
    assert jwt.decode(theirs, options={"verify_signature": False})["scope"] == "s"


def _row(state: State) -> Row:
    return Row("p", "e", "f\x00<&", state)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([State.KEPT, State.NOT_APPLICABLE], 0),
        ([State.KEPT, State.NOT_CHECKED], 2),
        ([State.NOT_CHECKED, State.BROKEN], 1),
    ],
)
def test_the_exit_code_and_the_forms_of_the_result(states: list[State], code: int) -> None:
    results = {"api": [_row(state) for state in states]}

    assert exit_code(results) == code
    assert [row["state"] for row in json.loads(as_json(results))["apis"]["api"]] == [
        state.name.lower() for state in states
    ]
    junit = as_junit(results)
    assert (junit.count("<failure"), junit.count("<skipped")) == (
        states.count(State.BROKEN),
        states.count(State.NOT_CHECKED) + states.count(State.NOT_APPLICABLE),
    )
    assert "\x00" not in junit


def test_limits_of_a_route_and_a_log_that_is_off_as_declared() -> None:
    stage = {
        "DefaultRouteSettings": {"ThrottlingRateLimit": 10.0, "ThrottlingBurstLimit": 5},
        "RouteSettings": {"GET /": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 5}, "GET /a": {}},
    }
    deployed = Deployed("id", {}, {"IdentitySource": []}, stage, {})
    rows = stage_rows(deployed, Promises(access_logs=False), None, lambda: None)  # type: ignore[arg-type]
    found = {row.promise: row for _, row in zip(range(5), rows, strict=False)}

    assert found["throttling"].found == "GET /: rate 0, burst 5"
    assert found["access log"] == Row("access log", "off, as declared", "off", State.KEPT)


OURS = {"AuthorizationType": "CUSTOM", "AuthorizerId": "ours", "Target": "integrations/1"}


@pytest.mark.parametrize(
    ("route_key", "route", "promise", "expected"),
    [
        ("GET /a", OURS, None, (State.KEPT, "401 Unauthorized")),
        ("GET /a", OURS, RoutePromise(), (State.KEPT, "401 Unauthorized")),
        ("GET /a", OURS, RoutePromise(public=True), (State.BROKEN, "requires authorization: CUSTOM")),
        ("GET /a", {}, RoutePromise(public=True), (State.KEPT, "open")),
        ("GET /a", {}, None, (State.BROKEN, "open to anybody: no authorizer")),
        ("GET /a", None, RoutePromise(), (State.BROKEN, "there is no such route")),
        ("GET /a", {"AuthorizationType": "AWS_IAM"}, None, (State.NOT_APPLICABLE, "other authorization: AWS_IAM")),
        ("GET /a", {**OURS, "AuthorizerId": "b"}, RoutePromise(), (State.BROKEN, "other authorization: CUSTOM")),
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
    monkeypatch.setattr(sending, "fetch", lambda *_, **__: Answer(401, {}, b""))
    deployed = Deployed("id", {} if route is None else {route_key: route}, {"AuthorizerId": "ours"}, {}, {})
    promised = {} if promise is None else {route_key: promise}
    row = next(iter(route_rows(deployed, promised, frozenset(), sending.Sender("https://api"))))

    assert row.promise == f"route {route_key}"
    assert (row.state, row.found) == expected


@pytest.mark.parametrize(
    ("others", "status", "expected"),
    [
        ({}, 404, (State.KEPT, "404 Not Found")),
        ({"OPTIONS /a": {"Target": "integrations/2"}}, 204, (State.KEPT, "204 No Content")),
        ({}, 200, (State.BROKEN, "200 OK")),
        (
            {"OPTIONS /b": {"Target": "integrations/1"}},
            404,
            (State.BROKEN, "OPTIONS /b is open, and leads to a protected backend"),
        ),
        (
            {"OPTIONS /b": {"Target": "integrations/3"}},
            404,
            (State.BROKEN, "OPTIONS /b is open, and leads to a protected backend"),
        ),
        (
            {"$default": {"Target": "integrations/2"}},
            200,
            (State.KEPT, "$default is open, as declared, for OPTIONS too"),
        ),
    ],
)
def test_plain_options_requests(
    others: dict[str, dict[str, str]], status: int, expected: tuple[State, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "fetch", lambda *_, **__: Answer(status, {}, b""))
    backends = {"1": "backend", "2": "other", "3": "backend"}
    deployed = Deployed("id", {"GET /a": OURS, **others}, {"AuthorizerId": "ours"}, {}, backends)
    *_, row = route_rows(deployed, None, frozenset({"$default"}), sending.Sender("https://api"))

    assert row.promise == "plain OPTIONS requests"
    assert (row.state, row.found) == expected
