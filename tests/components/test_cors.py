"""CORS: safe defaults, preflight past protected catch-all routes, and what browsers would refuse."""

from typing import Any

import pytest

from components import InvalidArgs

from .example import BACKEND, declare_api

PAGES = {"allow_origins": ["https://app.example.com"]}


def _routes(**changes: Any) -> dict[str, dict[str, Any]]:
    recording = declare_api(**changes)
    return {item.inputs["routeKey"]: item.inputs for item in recording.all("aws:apigatewayv2/route:Route")}


def test_defaults() -> None:
    assert declare_api(cors=PAGES).only("aws:apigatewayv2/api:Api").inputs["corsConfiguration"] == {
        "allowCredentials": False,
        "allowHeaders": ["authorization", "content-type"],
        "allowMethods": ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
        "allowOrigins": ["https://app.example.com"],
        "maxAge": 300,
    }


def test_none_unless_asked_for() -> None:
    assert "corsConfiguration" not in declare_api().only("aws:apigatewayv2/api:Api").inputs


@pytest.mark.parametrize(
    ("route_key", "preflight"),
    [
        ("ANY /orders", {"OPTIONS /orders"}),
        ("$default", {"OPTIONS /", "OPTIONS /{proxy+}"}),
        ("GET /orders", set()),
    ],
)
def test_preflight_gets_past_a_protected_catch_all(route_key: str, preflight: set[str]) -> None:
    protected = {route_key: {"integration": {"lambda_arn": BACKEND}}}
    routes = _routes(routes=protected, cors=PAGES)

    assert routes.keys() == {route_key, *preflight}
    for added in preflight:
        assert routes[added]["authorizationType"] == "NONE"
        assert routes[added]["target"] == routes[route_key]["target"]
    assert _routes(routes=protected).keys() == {route_key}


def test_an_options_route_of_ones_own_stays() -> None:
    routes = _routes(
        routes={
            "ANY /orders": {"integration": {"lambda_arn": BACKEND}},
            "OPTIONS /orders": {"integration": {"http_url": "https://x"}},
            "ANY /open": {"integration": {"lambda_arn": BACKEND}, "public": True},
        },
        cors=PAGES,
    )

    assert routes.keys() == {"ANY /orders", "OPTIONS /orders", "ANY /open"}
    assert routes["OPTIONS /orders"]["authorizationType"] == "CUSTOM"


@pytest.mark.parametrize(
    ("cors", "fault"),
    [
        ({"allow_origins": []}, "cors.allow_origins: must not be empty"),
        ({"allow_origins": ["https://x/"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        ({"allow_origins": ["x.example.com"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        (
            {"allow_origins": ["*"], "allow_credentials": True},
            'cors.allow_origins: "*" does not go with allow_credentials',
        ),
        ({**PAGES, "allow_headers": ["*"], "allow_credentials": True}, 'cors.allow_headers: "*" does not go with'),
        ({**PAGES, "allow_methods": ["*"], "allow_credentials": True}, 'cors.allow_methods: "*" does not go with'),
        ({**PAGES, "allow_methods": ["get"]}, "cors.allow_methods[0]: must be * or one of"),
        ({**PAGES, "max_age": 86401}, "cors.max_age: must be 0 to 86400 seconds"),
        ({}, "cors.allow_origins: missing"),
    ],
)
def test_bad_input_names_the_path(cors: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(cors=cors)
    assert fault in str(refused.value)
