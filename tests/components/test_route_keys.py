"""Route keys that API Gateway accepts, and those it rejects."""

import pytest

from components.faults import Faults, InvalidArgs
from components.names import route_suffix
from components.route_keys import check_route_keys, invocation_path, path_pattern, route_key_fault


@pytest.mark.parametrize(
    "route_key",
    [
        "$default",
        "GET /",
        "ANY /orders",
        "GET /orders/{id}",
        "DELETE /orders/{order-id}/items/{item_id}",
        "ANY /files/{proxy+}",
        "GET /.well-known/jwks.json",
        "GET /a~b!c%20d",
        "POST /v1/orders:cancel",
        "GET /users/@me",
    ],
)
def test_taken(route_key: str) -> None:
    assert route_key_fault(route_key) is None


@pytest.mark.parametrize(
    ("route_key", "advice"),
    [
        ("", "$default, or a method"),
        ("/orders", "$default, or a method"),
        ("get /orders", "$default, or a method"),
        ("FETCH /orders", "$default, or a method"),
        ("GET  /orders", "the path must start with a slash: GET /orders"),
        ("GET orders", "the path must start with a slash: GET /orders"),
        ("GET /orders/", "must not end with a slash: GET /orders"),
        ("GET /{proxy+}/x", "greedy parameter such as {proxy+} must be the last"),
        ("GET /a//b", "'' must be the literal text"),
        ("GET /{}", "'{}' must be the literal text"),
        ("GET /x{id}", "'x{id}' must be the literal text"),
        ("GET /a b", "'a b' must be the literal text"),
        ("GET /a?b=c", "'a?b=c' must be the literal text"),
        ("$Default", "$default, or a method"),
        ("GET /o/:id", "':id' is not a parameter here: write GET /o/{id}"),
        ("PUT /o/:id/items/:item", "write PUT /o/{id}/items/{item}"),
        ("GET /o/:id?", "write GET /o/{id}"),
        ("GET /:path*", "write GET /{path+}"),
        ("GET /o/<id>", "write GET /o/{id}"),
        ("GET /o/<int:id>", "write GET /o/{id}"),
        ("GET /o/[id]", "write GET /o/{id}"),
        ("GET /o/[...slug]", "write GET /o/{slug+}"),
        ("GET /o/{*path}", "write GET /o/{path+}"),
        ("GET /o/{path:.*}", "write GET /o/{path+}"),
        ("GET /o/{proxy*}", "write GET /o/{proxy+}"),
        ("GET /o/{id?}", "write GET /o/{id}"),
        ("GET /o/*", "'*' is not a wildcard here: write GET /o/{proxy+}"),
        ("ANY /**", "'**' is not a wildcard here: write ANY /{proxy+}"),
        ("GET /o/*/items", "write GET /o/{name}/items"),
        ("GET /a*", "'a*' must be the literal text"),
        ("GET o/:id", "must start with a slash: GET /o/{id}"),
        ("GET /o/:id/", "must not end with a slash: GET /o/{id}"),
        ("GET //", "must not end with a slash: GET /"),
    ],
)
def test_refused_with_advice(route_key: str, advice: str) -> None:
    fault = route_key_fault(route_key) or ""

    assert advice in fault
    if ": write " in fault:
        assert route_key_fault(fault.partition(": write ")[2]) is None, "the advice is good"


@pytest.mark.parametrize(
    ("route_key", "path"),
    [
        ("$default", "$default"),
        ("ANY /files/{proxy+}", "*/files/{proxy+}"),
        ("GET /orders/{id}", "GET/orders/{id}"),
        ("POST /", "POST/"),
    ],
)
def test_the_invocation_path(route_key: str, path: str) -> None:
    assert invocation_path(route_key) == path


def test_paths_that_match_the_same() -> None:
    assert path_pattern("/o/{id}/i/{item+}") == path_pattern("/o/{order}/i/{proxy+}")
    assert len({path_pattern(path) for path in ("/o/{id}", "/o/{id+}", "/o/id", "/o/{id}/i")}) == 4


def test_two_keys_that_match_the_same_requests_are_refused() -> None:
    """One of them could be public, and the other one require a token."""
    faults = Faults("routes")
    check_route_keys(["GET /o/{id}", "ANY /o/{id}", "GET /o/{id+}", "GET /o/{order}", "GET /o/x", "$default"], faults)

    with pytest.raises(InvalidArgs) as refused:
        faults.raise_if_any()
    assert [str(fault["reason"]) for fault in refused.value.errors or []] == [
        "matches the same requests as GET /o/{id}: remove one of them"
    ]


def test_suffixes_differ_where_the_readable_part_does_not() -> None:
    suffixes = [route_suffix(key) for key in ("GET /a/b", "GET /a-b", "GET /A/B", "GET /{a}/b")]

    assert len(set(suffixes)) == 4
    assert suffixes[0].startswith("GET-a-b-")
