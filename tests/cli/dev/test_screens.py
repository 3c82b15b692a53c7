"""What a session says: verdicts, routes on a narrow terminal, tokens that suit the configuration, the count in the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cli.dev.apis import Api, Route
from cli.dev.display import Lines
from cli.dev.screens import api_lines
from cli.dev.summary import Summary
from cli.dev.tokens import trial
from cli.dev.verdict import verdict
from cli.terminal import Line

ROUTES = (
    Route("GET /orders", "token, orders:read", "lambda whoami", ("orders:read",)),
    Route("GET /health", "public", "lambda whoami"),
)
API = Api("a1", "orders", "http://127.0.0.1:1/a1", ROUTES, {"issuers": ["https://i"], "audiences": ["a", "b"]})
ENTRY = {
    "api": "a1",
    "time": 0,
    "method": "GET",
    "path": "/orders",
    "route": "GET /orders",
    "status": 403,
    "milliseconds": 2,
    "protected": True,
    "cached": False,
    "reason": None,
    "sub": None,
    "error": None,
    "detail": None,
}


def _text(line: Line) -> str:
    return line if isinstance(line, str) else "".join(span.text for span in line)


@pytest.mark.parametrize(
    ("entry", "allowed", "said"),
    [
        ({"error": "ACCESS_DENIED", "reason": "insufficient_scope"}, False, "insufficient_scope: needs orders:read"),
        ({"error": "ACCESS_DENIED", "reason": "wrong_audience"}, False, "wrong_audience: needs aud a or b"),
        ({"error": "ACCESS_DENIED", "reason": "wrong_issuer"}, False, "wrong_issuer: needs iss https://i"),
        ({"error": "ACCESS_DENIED", "reason": "missing_claim"}, False, "missing_claim: needs exp"),
        ({"error": "ACCESS_DENIED", "reason": "expired"}, False, "expired"),
        ({"error": "ACCESS_DENIED"}, False, "denied"),
        ({"error": "THROTTLED", "status": 429}, False, "throttled"),
        ({"error": "AUTHORIZER_FAILURE", "detail": "timed out", "status": 500}, False, "AUTHORIZER_FAILURE: timed out"),
        ({"error": "INTEGRATION_FAILURE", "status": 503}, True, "allowed: INTEGRATION_FAILURE: the backend failed"),
        ({"status": 200, "sub": "alice", "cached": True}, True, "allowed  sub=alice  (cached)"),
        ({"status": 200, "protected": False, "route": "GET /health"}, True, "public"),
    ],
)
def test_the_verdict(entry: Mapping[str, Any], allowed: bool, said: str) -> None:
    found = verdict({**ENTRY, **entry}, [API])
    assert found is not None
    assert found.allowed is allowed
    assert _text(found.line()).endswith(f" GET /orders  {found.status}  2 ms  {said}")


def test_requests_to_apis_of_others_are_not_shown() -> None:
    assert verdict({**ENTRY, "api": "b2"}, [API]) is None


def test_routes_fit_forty_columns() -> None:
    assert [_text(line) for line in api_lines([API], 40)] == [
        "orders  http://127.0.0.1:1/a1",
        "  GET /orders  token, orders:read",
        "    -> lambda whoami",
        "  GET /health  public",
        "    -> lambda whoami",
    ]
    assert [_text(line) for line in api_lines([API], 80)][1:] == [
        "  GET /orders  token, orders:read  -> lambda whoami",
        "  GET /health  public              -> lambda whoami",
    ]


def test_the_function_of_an_authorizer_is_named_for_other_commands() -> None:
    lines = list(api_lines([replace(API, functions=("orders-lambda-1a2b3c4",))], 80))
    assert _text(lines[-1]) == "  authorizer  orders-lambda-1a2b3c4"


def test_what_cannot_be_tried_says_why() -> None:
    class Nothing:
        resources: Mapping[str, Any] = {}

    deployment: Any = Nothing()
    bound = trial(replace(API, config={**(API.config or {}), "bound_tokens": "required"}), deployment)
    foreign = trial(API, deployment)
    assert bound is not None
    assert foreign is not None
    assert bound.why_not.startswith("its tokens are bound to client certificates")
    assert foreign.why_not.startswith("the keys that it trusts are not in this stack")
    assert trial(replace(API, routes=ROUTES[1:]), deployment) is None


def test_the_count_in_the_end() -> None:
    summary = Summary()
    for milliseconds in range(1, 101):
        reason = {"error": "ACCESS_DENIED", "reason": "expired"} if milliseconds > 90 else {}
        found = verdict({**ENTRY, **reason, "milliseconds": milliseconds}, [API])
        assert found is not None
        summary.add(found)

    assert summary.fields() == {
        "requests": 100,
        "verdicts": {"allowed": 90, "expired": 10},
        "milliseconds": {"p50": 50, "p95": 95, "max": 100},
    }
    assert [_text(line) for line in summary.lines()] == [
        "100 requests  p50 50 ms  p95 95 ms  max 100 ms",
        "  allowed    90  #########",
        "  expired    10  #",
    ]


def test_what_a_code_page_lacks_is_escaped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="cp437"))
    found = verdict({**ENTRY, "path": "/中\x1b[2J", "status": 200}, [API])
    assert found is not None
    Lines().event("request", {}, [found.line()])

    assert b"GET /\\u4e2d\\x1b[2J  200" in octets.getvalue()
