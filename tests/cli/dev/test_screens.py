"""What a session says: verdicts, routes on a narrow terminal, tokens that suit the configuration, the count in the end."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.dev.apis import Api, Route, apis_of
from cli.dev.display import Json, Lines
from cli.dev.screens import api_lines
from cli.dev.session import Session
from cli.dev.summary import Summary
from cli.dev.tokens import trial
from cli.dev.verdict import verdict
from cli.terminal import Line
from emulator.config import StackFile

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


def test_what_others_write_makes_no_line_endless() -> None:
    found = verdict({**ENTRY, "status": 200, "path": "/" + "a" * 9000, "sub": "b" * 9000}, [API])
    assert found is not None
    line = _text(found.line())
    assert f" GET /{'a' * 196}...  200  2 ms  allowed  sub={'b' * 197}..." in line
    assert found.fields()["path"] == "/" + "a" * 9000


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


def test_without_standard_output_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "stdout", None)
    Lines().event("request", {}, ["text"])
    Json(None).event("request", {}, [])


def _zipped(config: str) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as package:
        package.writestr("config.json", config)
    return octets.getvalue()


@pytest.mark.parametrize(
    "code",
    [None, b"no zip file", _zipped("x"), _zipped("[1]"), _zipped("{}"), _zipped('{"routes": [1], "issuers": 5}')],
)
def test_the_authorizer_of_somebody_else_is_only_called_that(code: bytes | None) -> None:
    """Whatever there is in its package, which may be an image or in S3."""

    def deployed(kind: str, name: str, **inputs: Any) -> Any:
        return SimpleNamespace(type=kind, id=name, name=name, inputs=inputs, outputs={"apiEndpoint": "http://x"})

    function = {} if code is None else {"code": SimpleNamespace(pack=lambda: code)}
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations"
    route = {"routeKey": "GET /a", "authorizationType": "CUSTOM", "authorizerId": "x"}
    (api,) = apis_of(
        [
            deployed("aws:lambda/function:Function", "f", **function),
            deployed("aws:apigatewayv2/api:Api", "a1"),
            deployed("aws:apigatewayv2/authorizer:Authorizer", "x", apiId="a1", authorizerUri=uri),
            deployed("aws:apigatewayv2/route:Route", "r", apiId="a1", **route),
        ]
    )
    assert (api.config, api.routes, api.log_groups) == (
        None,
        (Route("GET /a", "an authorizer", ""),),
        ("/aws/lambda/f",),
    )


def test_a_log_that_cannot_be_read_ends_no_session() -> None:
    shown: list[Line] = []

    class Shown(Lines):
        def event(self, name: str, fields: Mapping[str, Any], lines: Iterable[Line]) -> None:
            shown.extend(lines)

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no group"}}, "FilterLogEvents")

    deployment: Any = SimpleNamespace(
        program=Path(), aws=SimpleNamespace(logs=SimpleNamespace(filter_log_events=refuse))
    )
    session = Session(deployment, lambda: StackFile("small", {}), Shown(), has_keys=True)
    session._apis = (replace(API, log_groups=("/aws/lambda/f",)),)
    session.put("key", "l")
    session.put("key", "q")
    session.serve()
    (line,) = shown
    assert _text(line).startswith("/aws/lambda/f: An error occurred (ResourceNotFoundException)")


def test_what_a_code_page_lacks_is_escaped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="cp437"))
    found = verdict({**ENTRY, "path": "/中\x1b[2J", "status": 200}, [API])
    assert found is not None
    Lines().event("request", {}, [found.line()])

    assert b"GET /\\u4e2d\\x1b[2J  200" in octets.getvalue()
