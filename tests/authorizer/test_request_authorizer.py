"""The whole: an event in, a simple response out, one line logged, whatever happens."""

import io
import json
import sys
from typing import Any

import pytest

from authorizer.config import parse_config
from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.signers import signer
from testkit.tokens import NOW, claims, header, token

from .documents import document
from .gateway_events import bearer, recorded, request
from .observing import ObservedAuthorizer

KEY = signer("ES512")

ROUTES: dict[str, object] = {
    "GET /orders/{id}": {"scopes": ["orders:read"]},
    "GET /ping": {},
    "$default": {"scopes": ["everything"]},
}


@pytest.fixture
def authorizer() -> ObservedAuthorizer:
    return ObservedAuthorizer(document(KEY, routes=ROUTES, context_claims=["sub", "scope", "tenant"]))


class Broken:
    """A source whose verifier raises ``fault``."""

    def __init__(self, fault: Exception) -> None:
        self.config = parse_config(document(KEY))
        self._fault = fault

    def verifier(self, context: object = None) -> Verifier:
        raise self._fault

    def unknown_key(self) -> None:
        raise AssertionError("no token was looked at")


@pytest.mark.parametrize("name", ["full", "minimal", "cookies", "multi_value_headers"])
def test_recorded_requests_are_let_in(name: str, authorizer: ObservedAuthorizer) -> None:
    event = recorded(name, token(KEY))

    allowed = authorizer.decide(event)

    assert allowed.response == {
        "isAuthorized": True,
        "context": {"sub": "user-1", "scope": "orders:read orders:write"},
    }
    assert allowed.record["level"] == "INFO"
    assert allowed.record["Reason"] == "allowed"
    assert allowed.record["kid"] == KEY.kid
    assert allowed.record["routeKey"] == event["routeKey"]
    assert allowed.record["requestId"] == event["requestContext"]["requestId"]
    assert allowed.record["sourceIp"] == "198.51.100.7"
    assert allowed.record["latencyMs"] > 0
    assert allowed.record["signatureCacheHit"] is False


def test_the_default_route_is_a_route_like_others(authorizer: ObservedAuthorizer) -> None:
    assert authorizer.decide(recorded("default_route", token(KEY))).reason == "insufficient_scope"
    assert authorizer.decide(recorded("default_route", token(KEY, claims(scope="everything")))).reason == "allowed"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("payload_1_0", "malformed_event"),
        ("websocket", "malformed_event"),
        ("no_headers", "missing_token"),
        ("no_authorization", "missing_token"),
        ("two_authorizations", "malformed_token"),
    ],
)
def test_broken_recorded_requests_are_denied(name: str, reason: str, authorizer: ObservedAuthorizer) -> None:
    denied = authorizer.decide(recorded(name, token(KEY)))

    assert denied.response == {"isAuthorized": False, "context": {"reason": reason}}
    assert (denied.reason, denied.record["level"], denied.record["kid"]) == (reason, "WARN", None)


def test_a_known_key_is_logged_of_denied_requests_too(authorizer: ObservedAuthorizer) -> None:
    expired = authorizer.decide(recorded("minimal", token(KEY, claims(exp=NOW))))
    forged = authorizer.decide(recorded("minimal", token(signer("ES512", "second"), None, header(KEY))))
    context = authorizer.decide(recorded("minimal", token(KEY, claims(tenant="a\nb"))))

    assert [(denied.reason, denied.record["kid"]) for denied in (expired, forged, context)] == [
        ("expired", KEY.kid),
        ("bad_signature", KEY.kid),
        ("malformed_claim", KEY.kid),
    ]


def test_a_token_seen_before_is_logged_as_such(authorizer: ObservedAuthorizer) -> None:
    good = recorded("minimal", token(KEY))

    assert [authorizer.decide(good).record["signatureCacheHit"] for _ in range(2)] == [False, True]
    late = authorizer.decide(good, now=NOW + 600)
    assert (late.reason, late.record["signatureCacheHit"]) == ("expired", True)


def test_the_answer_for_one_route_opens_no_other(authorizer: ObservedAuthorizer) -> None:
    good = token(KEY, claims(scope="orders:read"))

    reasons = [authorizer.decide(bearer(good, route)).reason for route in (*ROUTES, "GET /other", None)]

    assert reasons == ["allowed", "allowed", "insufficient_scope", "unknown_route", "unknown_route"]


@pytest.mark.parametrize(
    "fault", [RuntimeError("secret"), KeyError("secret"), RecursionError(), MemoryError(), OSError()]
)
def test_our_own_faults_are_denials_and_errors(fault: Exception) -> None:
    denied = ObservedAuthorizer(document(KEY), Broken(fault)).decide(bearer(token(KEY)))

    assert denied.response == {"isAuthorized": False, "context": {"reason": "internal_error"}}
    assert (denied.record["level"], denied.record["fault"]) == ("ERROR", type(fault).__name__)
    assert "secret" not in denied.output


def test_without_keys_every_request_is_denied() -> None:
    denied = ObservedAuthorizer(document(KEY), Broken(Denied(Reason.KEYS_UNAVAILABLE))).decide(bearer(token(KEY)))

    assert denied.response == {"isAuthorized": False, "context": {"reason": "keys_unavailable"}}
    assert (denied.record["level"], denied.record["kid"]) == ("ERROR", None)


def test_a_response_is_json(authorizer: ObservedAuthorizer) -> None:
    """And what it holds is what API Gateway documents as context: strings, numbers, booleans and lists."""
    odd = ObservedAuthorizer(document(KEY, context_claims=["a", "b", "c", "d", "e", "f", "sub"]))
    good = token(KEY, claims(a="Zoë 🔑", b=1.5, c=True, d=[1], e=None, f=["x", "山田\u3000太郎"], sub=""))

    response = odd.decide(bearer(good)).response

    assert json.loads(json.dumps(response, allow_nan=False)) == response
    assert response["context"] == {"a": "Zoë 🔑", "b": 1.5, "c": True, "f": ["x", "山田\u3000太郎"], "sub": ""}


@pytest.mark.parametrize("event", [None, True, 0, "", "x", [], {}, [[]], {"version": "2.0"}, {"headers": {}}, 1.5])
def test_an_event_may_be_anything(event: Any, authorizer: ObservedAuthorizer) -> None:
    denied = authorizer.decide(event)

    assert denied.response["isAuthorized"] is False
    assert denied.reason in ("malformed_event", "missing_token")


@pytest.mark.parametrize("size", [2**14, 2**20, 2**24])
def test_a_header_may_be_of_any_size(size: int, authorizer: ObservedAuthorizer) -> None:
    """API Gateway's own limit is not what keeps us safe."""
    for filling in ("A", ".", "é", " ", "\0", "A."):
        large = filling * (size // len(filling))
        assert authorizer.decide(request(f"Bearer {large}")).reason in ("token_too_large", "missing_token")
        assert authorizer.decide(request(large)).response["isAuthorized"] is False


class _Spiteful(dict[str, object]):
    """An event some of whose methods raise."""

    def __init__(self, event: dict[str, object], *methods: str) -> None:
        super().__init__(event)
        self.methods = methods

    def get(self, *arguments: Any) -> Any:
        if "get" in self.methods:
            raise RuntimeError("secret")
        return super().get(*arguments)

    def items(self) -> Any:
        if "items" in self.methods:
            raise KeyError("secret")
        return super().items()


class _SpitefulText(str):
    """Text that cannot even be printed."""

    def _raise(self, *arguments: object) -> Any:
        raise ValueError("secret")

    lower = isprintable = partition = strip = __str__ = __repr__ = __len__ = __format__ = _raise


class _Chameleon(str):
    """Text that says of itself that it may be printed."""

    def isprintable(self) -> bool:
        return True


@pytest.mark.parametrize("method", ["get", "items"])
@pytest.mark.parametrize("place", ["event", "headers", "requestContext"])
def test_an_event_that_raises_in_its_own_methods_is_denied(
    place: str, method: str, authorizer: ObservedAuthorizer
) -> None:
    event = recorded("minimal", token(KEY))
    event = _Spiteful(event, method) if place == "event" else {**event, place: _Spiteful(event[place], method)}

    decided = authorizer.decide(event)

    raises = (place, method) in (("event", "get"), ("headers", "items"), ("requestContext", "get"))
    assert decided.reason == ("internal_error" if raises else "allowed")
    assert "secret" not in decided.output


@pytest.mark.parametrize("place", ["name", "value", "routeKey", "requestId", "identitySource"])
def test_text_that_raises_in_its_own_methods_is_denied(place: str, authorizer: ObservedAuthorizer) -> None:
    event = recorded("minimal", token(KEY))
    spiteful: Any = _SpitefulText("x")
    match place:
        case "name":
            event["headers"] = {spiteful: "x"}
        case "value":
            event["headers"]["authorization"] = spiteful
        case "identitySource":
            event["identitySource"] = [spiteful]
        case "requestId":
            event["requestContext"]["requestId"] = spiteful
        case "routeKey":
            event["routeKey"] = spiteful

    decided = authorizer.decide(event)

    assert decided.response == {"isAuthorized": False, "context": {"reason": "internal_error"}}
    assert (decided.record["Reason"], decided.record["fault"]) == ("internal_error", "ValueError")
    assert "secret" not in decided.output


def test_whatever_text_says_of_itself_a_line_stays_a_line(authorizer: ObservedAuthorizer) -> None:
    event = recorded("minimal", token(KEY))
    event["requestContext"]["requestId"] = _Chameleon('x"}\n{"Reason":"\ud800\u2028')

    decided = authorizer.decide(event)

    assert decided.reason == "allowed"
    assert decided.record["requestId"] == event["requestContext"]["requestId"]
    assert decided.output.isascii()


@pytest.mark.parametrize(
    "fault", [OSError("broken pipe"), ValueError("closed"), UnicodeEncodeError("ascii", "", 0, 1, "?")]
)
def test_nobody_is_let_in_unlogged(
    fault: Exception, authorizer: ObservedAuthorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The access log still has the reason."""

    class Broken(io.StringIO):
        def write(self, _: str) -> int:
            raise fault

    monkeypatch.setattr(sys, "stdout", Broken())
    for event in (recorded("minimal", token(KEY)), None):
        response = authorizer.authorizer.decide(event, NOW)
        assert response == {"isAuthorized": False, "context": {"reason": "internal_error"}}
