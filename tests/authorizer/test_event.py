"""The event: the token out of the header, and what API Gateway says of the request."""

from typing import Any

import pytest

from authorizer.denial import Denied, Reason
from authorizer.event import RequestIdentity, bearer_token, request_identity

from .gateway_events import recorded, request

NOT_OBJECTS: tuple[object, ...] = (None, True, 0, 1.5, "", "event", [], [{}])


def reason_of(event: object) -> Reason:
    with pytest.raises(Denied) as denied:
        bearer_token(event)
    return denied.value.reason


@pytest.mark.parametrize("name", ["full", "minimal", "cookies", "multi_value_headers", "default_route"])
def test_the_token_of_recorded_events(name: str) -> None:
    assert bearer_token(recorded(name, "a.b.c")) == "a.b.c"


@pytest.mark.parametrize("authorization", ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "bEaReR   a.b.c", "a.b.c"])
def test_the_scheme_may_be_in_any_case_or_missing(authorization: str) -> None:
    assert bearer_token(request(authorization)) == "a.b.c"


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION", "aUTHORIZATION"])
def test_the_header_s_name_may_be_in_any_case(name: str) -> None:
    assert bearer_token(request(None, headers={"x": "y", name: "Bearer a.b.c"})) == "a.b.c"


@pytest.mark.parametrize("authorization", ["", "Bearer", "bearer ", "Bearer      "])
def test_nothing_is_a_missing_token(authorization: str) -> None:
    assert reason_of(request(authorization)) == Reason.MISSING_TOKEN


@pytest.mark.parametrize("name", ["no_authorization", "no_headers"])
def test_no_header_is_a_missing_token(name: str) -> None:
    assert reason_of(recorded(name, "a.b.c")) == Reason.MISSING_TOKEN


@pytest.mark.parametrize(
    "authorization",
    [
        *("Basic dXNlcjpwYXNz", "DPoP a.b.c", "Token a.b.c", "JWT a.b.c", "Digest username=x", " "),
        *("Bearerer a.b.c", "XBearer a.b.c", "Bear er a.b.c", " Bearer a.b.c", "Bearer: a.b.c", "Beare\u0155 a.b.c"),
    ],
)
def test_other_schemes_are_unsupported(authorization: str) -> None:
    assert reason_of(request(authorization)) == Reason.UNSUPPORTED_SCHEME


@pytest.mark.parametrize(
    ("authorization", "token"),
    [
        ("Bearer Bearer a.b.c", "Bearer a.b.c"),
        ("Bearer a.b.c ", "a.b.c "),
        ("Bearer \ta.b.c", "\ta.b.c"),
        ("Bearer\ta.b.c", "Bearer\ta.b.c"),
        ("Bearer a.b.c,Bearer d.e.f", "a.b.c,Bearer d.e.f"),
    ],
)
def test_what_is_around_a_token_is_left_for_the_parser_to_refuse(authorization: str, token: str) -> None:
    assert bearer_token(request(authorization)) == token


def test_two_spellings_of_the_header_are_refused() -> None:
    both = {"authorization": "Bearer a.b.c", "Authorization": "Bearer a.b.c"}

    assert reason_of(request(None, headers=both)) == Reason.MALFORMED_TOKEN


@pytest.mark.parametrize("value", [None, 7, True, ["Bearer a.b.c"], {"Bearer": "a.b.c"}])
def test_a_header_is_text(value: object) -> None:
    assert reason_of(request(value)) == Reason.MALFORMED_EVENT


@pytest.mark.parametrize(
    "headers", [0, True, "authorization: Bearer a.b.c", ["authorization"], [["authorization", "x"]]]
)
def test_headers_are_an_object(headers: object) -> None:
    assert reason_of(request(None, headers=headers)) == Reason.MALFORMED_EVENT


@pytest.mark.parametrize("version", [None, "1.0", "2", "2.00", "3.0", 2.0, 2, True, ["2.0"]])
def test_the_payload_format_is_2_0(version: object) -> None:
    assert reason_of(request("Bearer a.b.c", version=version)) == Reason.MALFORMED_EVENT


@pytest.mark.parametrize("name", ["payload_1_0", "websocket"])
def test_events_of_other_kinds_are_malformed(name: str) -> None:
    assert reason_of(recorded(name, "a.b.c")) == Reason.MALFORMED_EVENT


@pytest.mark.parametrize(
    "sources",
    [
        *(None, [], "", "Bearer a.b.c"),
        *(["Bearer a.b.c"], ["GET /orders", "Bearer a.b.c"], [None, 7, "Bearer a.b.c"], [" Bearer a.b.c\t"]),
    ],
)
def test_the_header_is_among_the_identity_sources_if_there_are_any(sources: object) -> None:
    assert bearer_token(request("Bearer a.b.c", identitySource=sources)) == "a.b.c"


def test_white_space_around_the_header_does_not_count() -> None:
    assert bearer_token(request("Bearer a.b.c ", identitySource=["Bearer a.b.c"])) == "a.b.c "


@pytest.mark.parametrize(
    "sources",
    [
        *(["x"], ["GET /orders"], ["Bearer x.y.z", "GET /orders"], ["a.b.c"], ["bearer a.b.c"], ["Bearer a.b.cd"]),
        *(
            [""],
            [None],
            [["Bearer a.b.c"]],
            [{"Bearer a.b.c": 1}],
            "x",
            "a.b.c",
            {"Authorization": "Bearer a.b.c"},
            7,
            True,
        ),
    ],
)
def test_an_answer_that_would_be_kept_under_something_else_is_denied(sources: object) -> None:
    assert reason_of(request("Bearer a.b.c", identitySource=sources)) == Reason.MALFORMED_EVENT


@pytest.mark.parametrize("event", NOT_OBJECTS)
def test_an_event_is_an_object(event: object) -> None:
    assert reason_of(event) == Reason.MALFORMED_EVENT
    assert request_identity(event) == RequestIdentity(None, None, None)


def test_the_identity_of_a_request() -> None:
    assert request_identity(recorded("full", "a.b.c")) == RequestIdentity(
        "GET /orders/{id}", "QkT1ghVWFiAEMxA=", "198.51.100.7"
    )


def test_the_route_is_the_event_s_own_and_not_the_path() -> None:
    assert request_identity(recorded("default_route", "a.b.c")).route_key == "$default"


@pytest.mark.parametrize("value", [*NOT_OBJECTS[:4], [], {}, "a\nb", "\x1b[2J", "\u202e", "\ud800", "x" * 257])
def test_what_is_unsafe_for_a_log_is_left_out(value: object) -> None:
    event: dict[str, Any] = {"routeKey": value, "requestContext": {"requestId": value, "http": {"sourceIp": value}}}

    assert request_identity(event) == RequestIdentity(None, None, None)


@pytest.mark.parametrize("context", NOT_OBJECTS)
def test_the_context_may_be_anything(context: object) -> None:
    assert request_identity({"requestContext": context}) == RequestIdentity(None, None, None)
    assert request_identity({"requestContext": {"http": context}}) == RequestIdentity(None, None, None)
