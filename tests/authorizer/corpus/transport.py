"""Attacks by way of the request around the token."""

from collections.abc import Iterator
from typing import Any

from authorizer.denial import Reason
from testkit.tokens import token

from ..gateway_events import bearer, recorded, request
from .case import MARKER, ROUTE, Case, Keys, claims, group


def _event(name: str, expected: Reason, event: object) -> Case:
    return Case(name, expected, event, None)


@group("header: missing or empty", at_least=15)
def missing(keys: Keys) -> Iterator[Case]:
    """API Gateway answers these itself, where the header is the identity source."""
    good = token(keys.key, claims())
    for value in ("", "Bearer", "bearer", "BEARER ", "Bearer    "):
        yield _event(repr(value), Reason.MISSING_TOKEN, request(value))
    yield _event("no headers", Reason.MISSING_TOKEN, recorded("no_headers", good))
    yield _event("headers null", Reason.MISSING_TOKEN, request(None, headers=None))
    yield _event("headers empty", Reason.MISSING_TOKEN, request(None, headers={}))
    yield _event("no such header", Reason.MISSING_TOKEN, recorded("no_authorization", good))
    bearing = f"Bearer {good}"
    for name in (
        "x-authorization",
        "proxy-authorization",
        "authorization ",
        " authorization",
        "authorization\0",
        "authorisation",
    ):
        yield _event(f"header {name!r}", Reason.MISSING_TOKEN, request(None, headers={name: bearing}))
    elsewhere: dict[str, dict[str, Any]] = {
        "in the query": {"queryStringParameters": {"access_token": good, "authorization": bearing}},
        "in a cookie": {"cookies": [f"authorization={good}", f"token={good}"]},
        "as identity source": {"identitySource": [bearing]},
        "in multiValueHeaders": {"multiValueHeaders": {"authorization": [bearing]}},
        "as authorizationToken": {"authorizationToken": bearing},
        "in the body": {"body": f"access_token={good}"},
    }
    for name, changes in elsewhere.items():
        yield _event(name, Reason.MISSING_TOKEN, request(None, headers={}, **changes))


@group("header: another scheme", at_least=12)
def another_scheme(keys: Keys) -> Iterator[Case]:
    """RFC 6750 section 2.1: Bearer, in any case, and nothing that only begins or ends like it."""
    good = token(keys.key, claims())
    for scheme in (
        *("Basic", "Digest", "DPoP", "Token", "JWT", "MAC", "Negotiate", "AWS4-HMAC-SHA256", MARKER),
        *("Bearerer", "Bear", "XBearer", "Bearer:", "Bearer=", "Bear\u0435r", '"Bearer"', "Bearer,", ""),
    ):
        yield _event(repr(scheme), Reason.UNSUPPORTED_SCHEME, request(f"{scheme} {good}"))


@group("header: more than a token", at_least=12)
def more_than_a_token(keys: Keys) -> Iterator[Case]:
    """Two credentials are none; API Gateway joins two headers with a comma."""
    good = token(keys.key, claims())
    for name, value in {
        "Bearer twice": f"Bearer Bearer {good}",
        "joined": f"Bearer {good[:2000]},Bearer {good[:2000]}",
        "a comma": f"Bearer {good},",
        "a comma and a space": f"Bearer {good}, ",
        "a space": f"Bearer {good} ",
        "two tokens": f"Bearer {good[:2000]} {good[:2000]}",
        "a tab as separator": f"Bearer\t{good}",
        "a tab at the front": f"Bearer \t{good}",
        "a line end": f"Bearer {good}\n",
        "a zero octet": f"Bearer {good}\0",
        "quotes": f'Bearer "{good}"',
        "token68's padding": f"Bearer {good}==",
        "a parameter": f'Bearer token="{good}"',
        "not ASCII": f"Bearer {good}\u00e9",
    }.items():
        yield _event(name, Reason.MALFORMED_TOKEN, request(value))
    both = {"authorization": f"Bearer {good}", "Authorization": f"Bearer {good}"}
    yield _event("two spellings of the name", Reason.MALFORMED_TOKEN, request(None, headers=both))
    yield _event("recorded", Reason.MALFORMED_TOKEN, recorded("two_authorizations", good[:2000]))


@group("event: malformed", at_least=30)
def malformed(keys: Keys) -> Iterator[Case]:
    """Another payload format, or nothing that API Gateway would send."""
    good = token(keys.key, claims())
    bearing = f"Bearer {good}"
    yield _event("payload format 1.0", Reason.MALFORMED_EVENT, recorded("payload_1_0", good))
    yield _event("WebSocket", Reason.MALFORMED_EVENT, recorded("websocket", good))
    versions: tuple[object, ...] = (None, "1.0", "2", "2.00", "3.0", "", 2, 2.0, True, ["2.0"], {})
    for version in versions:
        yield _event(f"version {version!r}", Reason.MALFORMED_EVENT, request(bearing, version=version))
    events: tuple[object, ...] = (
        None,
        True,
        False,
        0,
        1.5,
        "",
        good,
        bearing,
        [],
        [bearing],
        [bearer(good)],
        {},
        {"headers": {}},
    )
    for event in events:
        yield _event(f"event {str(event)[:20]!r}", Reason.MALFORMED_EVENT, event)
    values: tuple[object, ...] = (None, True, 0, [bearing], {"Bearer": good}, [])
    for value in values:
        yield _event(f"header {str(value)[:20]!r}", Reason.MALFORMED_EVENT, request(value))
    collections: tuple[object, ...] = (True, 0, bearing, [["authorization", bearing]], [])
    for headers in collections:
        yield _event(f"headers {str(headers)[:20]!r}", Reason.MALFORMED_EVENT, request(None, headers=headers))


@group("event: cached under something else", at_least=15)
def cached_under_something_else(keys: Keys) -> Iterator[Case]:
    """The identity sources are the cache's key: without this very header, the answer would be another caller's."""
    good = token(keys.key, claims())
    bearing = f"Bearer {good}"
    sources: dict[str, object] = {
        "another source": ["tenant-1"],
        "the route only": [ROUTE],
        "two others": ["tenant-1", ROUTE],
        "another token": [f"Bearer {token(keys.second, claims())}", ROUTE],
        "the token without its scheme": [good],
        "in another case": [bearing.lower()],
        "a part": [bearing[:-1]],
        "more": [f"{bearing}x"],
        "joined": [f"{bearing},{ROUTE}"],
        "in a list": [[bearing]],
        "nothing in it": [""],
        "null in it": [None],
        "numbers": [1, True],
        "text": "tenant-1",
        "a header's name": "$request.header.Authorization",
        "an object": {"authorization": bearing},
        "a number": 1,
        "true": True,
    }
    for name, source in sources.items():
        yield _event(name, Reason.MALFORMED_EVENT, request(bearing, identitySource=source))


@group("route", at_least=15)
def route(keys: Keys) -> Iterator[Case]:
    """The list of routes is closed: what API Gateway may be given later is denied until it is listed."""
    good = token(keys.key, claims())
    near = (
        "GET /order",
        "GET /orders/",
        "get /orders",
        "GET  /orders",
        " GET /orders",
        "GET /orders ",
        "/orders",
        "GET",
        "*",
    )
    for key in (
        *near,
        "$default",
        "ANY /orders",
        "DELETE /orders",
        "",
        "GET /orders\0",
        "GET /ping/../orders",
        "x" * 300,
    ):
        yield _event(repr(key[:30]), Reason.UNKNOWN_ROUTE, bearer(good, key))
    others: tuple[object, ...] = (None, 0, True, [ROUTE], {ROUTE: 1})
    for other in others:
        yield _event(repr(other), Reason.UNKNOWN_ROUTE, request(f"Bearer {good}", other))
    inner = bearer(good, None)
    inner["requestContext"]["routeKey"] = ROUTE
    yield _event("in the context only", Reason.UNKNOWN_ROUTE, inner)


GROUPS = (missing, another_scheme, more_than_a_token, malformed, cached_under_something_else, route)
