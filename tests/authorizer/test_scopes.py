"""Scopes: whole tokens, all or any of them, on a closed list of routes."""

import pytest

from authorizer.denial import Denied, Reason
from authorizer.scopes import RouteScopes, check_route, granted_scopes

READ, READ_AND_WRITE = frozenset({"orders:read"}), frozenset({"orders:read", "orders:write"})

ROUTES = {
    "GET /orders": RouteScopes(READ, match_any=False),
    "PUT /orders": RouteScopes(READ_AND_WRITE, match_any=False),
    "POST /orders": RouteScopes(READ_AND_WRITE, match_any=True),
    "GET /ping": RouteScopes(frozenset(), match_any=False),
    "GET /any": RouteScopes(frozenset(), match_any=True),
}


def verdict(route_key: str | None, **claims: object) -> Reason | None:
    try:
        check_route(claims, ROUTES, route_key)
    except Denied as denied:
        return denied.reason
    return None


@pytest.mark.parametrize(
    "route_key", [None, "", "$default", "get /orders", "GET /orders/", "GET  /orders", "/orders", "GET"]
)
def test_a_route_that_is_not_listed_is_denied(route_key: str | None) -> None:
    assert verdict(route_key, scope="orders:read orders:write") == Reason.UNKNOWN_ROUTE


@pytest.mark.parametrize("route_key", [None, "", "GET /orders"])
def test_without_a_list_any_route_will_do(route_key: str | None) -> None:
    check_route({"scope": 7}, None, route_key)


@pytest.mark.parametrize("route_key", ["GET /ping", "GET /any"])
def test_a_route_may_ask_for_nothing(route_key: str) -> None:
    assert verdict(route_key) is None


@pytest.mark.parametrize(
    ("scope", "all_of_two", "any_of_two"),
    [
        ("orders:read orders:write", True, True),
        ("orders:write other orders:read", True, True),
        ("orders:read", False, True),
        ("orders:write", False, True),
        ("other", False, False),
        ("", False, False),
    ],
)
def test_all_or_any(scope: str, all_of_two: bool, any_of_two: bool) -> None:
    assert verdict("PUT /orders", scope=scope) == (None if all_of_two else Reason.INSUFFICIENT_SCOPE)
    assert verdict("POST /orders", scope=scope) == (None if any_of_two else Reason.INSUFFICIENT_SCOPE)


@pytest.mark.parametrize(
    "scope",
    [
        *("orders:rea", "orders:reads", "xorders:read", "orders", "read", "ORDERS:READ", "orders:read,orders:write"),
        *("orders:read\tother", "orders:read\nother", "orders:read\u00a0other", "orders%3Aread", "orders:*", "*"),
    ],
)
def test_a_scope_is_a_whole_token(scope: str) -> None:
    assert verdict("GET /orders", scope=scope) == Reason.INSUFFICIENT_SCOPE
    assert verdict("GET /orders", scp=[scope]) == Reason.INSUFFICIENT_SCOPE


@pytest.mark.parametrize(
    "claims",
    [
        *(
            {"scope": "orders:read"},
            {"scope": " orders:read  x "},
            {"scp": "x orders:read"},
            {"scp": ["x", "orders:read"]},
        ),
        *({"scope": "x", "scp": ["orders:read"]}, {"scope": "orders:read", "scp": []}),
    ],
)
def test_scope_and_scp_are_both_read(claims: dict[str, object]) -> None:
    assert verdict("GET /orders", **claims) is None


def test_the_entries_of_a_list_are_not_split() -> None:
    assert verdict("GET /orders", scp=["x orders:read"]) == Reason.INSUFFICIENT_SCOPE


@pytest.mark.parametrize("name", ["scope", "scp"])
@pytest.mark.parametrize(
    "value", [None, 0, True, {}, {"orders:read": 1}, [1], ["orders:read", None], [["orders:read"]]]
)
def test_other_types_are_malformed(name: str, value: object) -> None:
    assert verdict("GET /orders", **{name: value}) == Reason.MALFORMED_CLAIM


def test_scope_is_not_a_list() -> None:
    assert verdict("GET /orders", scope=["orders:read"]) == Reason.MALFORMED_CLAIM


def test_what_a_token_is_granted() -> None:
    assert granted_scopes({"scope": "a b", "scp": ["c", "a"]}) == {"a", "b", "c"}
