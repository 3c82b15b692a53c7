"""What routes have from their API, a route in short, and what is wrong with either."""

import json
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, InvalidArgs
from components.testing import ACCOUNT, REGION, Recording, declare

from .example import BACKEND, ISSUER, JWKS, api_args, declare_api

OTHER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"
ROUTE = "aws:apigatewayv2/route:Route"
INTEGRATION = "aws:apigatewayv2/integration:Integration"


def _scopes(recording: Recording) -> dict[str, Any]:
    """The scopes that the authorizer requires, by route key."""
    (function,) = (
        item
        for item in recording.all("aws:lambda/function:Function")
        if item.name == "orders-authorizer-function-lambda"
    )
    routes = json.loads(function.inputs["code"].assets["config.json"].text)["routes"]
    return {key: (route["scopes"], route["scopes_match"]) for key, route in routes.items()}


def _uris(recording: Recording) -> dict[str, str]:
    """Where each route leads."""
    uris = {f"integrations/{item.id}": item.inputs["integrationUri"] for item in recording.all(INTEGRATION)}
    return {item.inputs["routeKey"]: uris[item.inputs["target"]] for item in recording.all(ROUTE)}


def test_routes_in_short() -> None:
    """Typed as well: mypy checks this call."""
    recording = declare(
        lambda: AuthorizedHttpApi(
            "orders",
            issuer=ISSUER,
            audience=["orders"],
            keys={"jwks": [JWKS]},
            integration={"lambda_arn": BACKEND},
            routes={"GET /orders": ["orders:read"], "GET /health": "public", "GET /x": [], "GET /y": {}},
        )
    )

    assert _scopes(recording) == {
        "GET /orders": (["orders:read"], "all"),
        "GET /x": ([], "all"),
        "GET /y": ([], "all"),
    }
    assert _uris(recording) == dict.fromkeys(("GET /orders", "GET /health", "GET /x", "GET /y"), BACKEND)
    types = {item.inputs["routeKey"]: item.inputs["authorizationType"] for item in recording.all(ROUTE)}
    assert types == {"GET /orders": "CUSTOM", "GET /health": "NONE", "GET /x": "CUSTOM", "GET /y": "CUSTOM"}


def test_a_short_route_is_the_long_one() -> None:
    def declared(**routes: Any) -> dict[tuple[str, str], dict[str, Any]]:
        recording = declare_api(integration={"lambda_arn": BACKEND}, routes=routes)
        return {(item.type, item.name): item.inputs for item in recording.resources if "code" not in item.inputs}

    short = declared(**{"GET /a": ["a"], "GET /b": "public"})
    assert short == declared(**{"GET /a": {"scopes": ["a"]}, "GET /b": {"public": True}})


def test_the_scopes_of_the_api_are_those_of_routes_that_have_none() -> None:
    recording = declare_api(
        integration={"lambda_arn": BACKEND},
        scopes=["orders:read", "orders:write"],
        routes={
            "GET /a": {},
            "GET /any": {"scopes_match": "any"},
            "GET /own": {"scopes": ["own"]},
            "GET /short": ["short"],
            "GET /none": [],
            "GET /no-scopes": {"scopes": []},
            "GET /health": "public",
            "GET /status": {"public": True},
        },
    )

    assert _scopes(recording) == {
        "GET /a": (["orders:read", "orders:write"], "all"),
        "GET /any": (["orders:read", "orders:write"], "any"),
        "GET /own": (["own"], "all"),
        "GET /short": (["short"], "all"),
        "GET /none": ([], "all"),
        "GET /no-scopes": ([], "all"),
    }


def test_the_integration_of_the_api_is_that_of_routes_that_have_none() -> None:
    output = pulumi.Output.from_input(BACKEND)
    recording = declare_api(
        integration={"lambda_arn": output},
        routes={"GET /a": {}, "GET /b": "public", "GET /c": {"integration": {"lambda_arn": OTHER}}},
    )

    assert _uris(recording) == {"GET /a": BACKEND, "GET /b": BACKEND, "GET /c": OTHER}
    permissions = {
        item.inputs["sourceArn"].partition("/*/")[2]: item.inputs["function"]
        for item in recording.all("aws:lambda/permission:Permission")
        if item.name.startswith("orders-permission-")
    }
    assert permissions == {"GET/a": BACKEND, "GET/b": BACKEND, "GET/c": OTHER}


def test_an_integration_of_the_api_that_no_route_uses_creates_nothing() -> None:
    with_default, without = declare_api(integration={"lambda_arn": OTHER}), declare_api()

    assert {item.name for item in with_default.resources} == {item.name for item in without.resources}


def test_the_arguments_are_not_changed() -> None:
    args = api_args(integration={"lambda_arn": BACKEND}, scopes=["a"], routes={"GET /a": ["b"], "GET /b": {}})
    before = json.dumps(args)
    declare_api(**args)
    assert json.dumps(args) == before


def _faults(**changes: Any) -> list[str]:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(**changes)
    return [f"{fault['property_path']}: {fault['reason']}" for fault in refused.value.errors or []]


DEFAULT: Any = {"lambda_arn": BACKEND}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        (
            {"routes": {"GET /a": {}, "GET /b": ["b"], "GET /c": "public"}},
            [
                f'routes["GET /{name}"].integration: missing: write the backend of the route, or integration for all routes '
                "of the API"
                for name in "abc"
            ],
        ),
        (
            {"routes": {"GET /a": {"integration": {"lambda_arn": BACKEND, "http_url": "https://backend/"}}}},
            [
                'routes["GET /a"].integration: must have exactly one of lambda_arn, http_url, vpc_link, service, and has '
                "lambda_arn and http_url"
            ],
        ),
        (
            {"routes": {"GET /a": {}}, "integration": {**DEFAULT, "http_url": "https://backend/"}},
            [
                "integration: must have exactly one of lambda_arn, http_url, vpc_link, service, and has lambda_arn and "
                "http_url"
            ],
        ),
        (
            {"routes": {"GET /a": {}}, "integration": {}},
            ["integration: must have exactly one of lambda_arn, http_url, vpc_link, service, and has none"],
        ),
        (
            {"routes": {"GET /a": "pubilc", "GET /b": "a:read", "GET /c": 1, "GET /d": False}, "integration": DEFAULT},
            [
                f'routes["GET /{name}"]: must be "public", a list of scopes such as ["orders:read"], or an object, and is '
                f"{found}"
                for name, found in (("a", "'pubilc'"), ("b", "'a:read'"), ("c", "1"), ("d", "False"))
            ],
        ),
        ({"routes": {"GET /a": "pubilc"}}, ['routes["GET /a"]: must be "public", a list of scopes such as']),
        (
            {"routes": {"GET /a": [1]}, "integration": DEFAULT},
            ['routes["GET /a"].scopes[0]: must be a string, and is 1'],
        ),
        (
            {"routes": {"GET /a": ["a b"]}, "integration": DEFAULT},
            ["routes[\"GET /a\"].scopes[0]: must be one scope (RFC 6749 section 3.3), and is 'a b'"],
        ),
        (
            {"routes": {"GET /a": {}, "GET /b": {}}, "integration": DEFAULT, "scopes": ["ok", "a b"]},
            ["scopes[1]: must be one scope (RFC 6749 section 3.3), and is 'a b'"],
        ),
        (
            {"routes": {"GET /a": ["a", "b", "a"]}, "integration": DEFAULT, "scopes": ["c", "c"]},
            [
                "scopes[1]: 'c' is listed twice: remove one of them",
                "routes[\"GET /a\"].scopes[2]: 'a' is listed twice: remove one of them",
            ],
        ),
        (
            {"routes": {"GET /a": {"public": True, "scopes": ["a"]}}, "integration": DEFAULT},
            [
                'routes["GET /a"].scopes: has no effect on a public route, which requires no token: remove scopes or public'
            ],
        ),
        (
            {"routes": {"GET /a": {"scopes": [], "scopes_match": "any"}}, "integration": DEFAULT, "scopes": ["b"]},
            ['routes["GET /a"].scopes_match: has no effect without scopes: remove it'],
        ),
        (
            {"routes": {"GET /a/{id}": {}, "GET /b": {}}, "integration": {"http_url": "https://backend/{id}"}},
            ["integration.http_url: has {id}, which is not a parameter of the route GET /b: it has none"],
        ),
    ],
)
def test_every_fault_with_its_path_and_what_to_write(changes: dict[str, Any], faults: list[str]) -> None:
    found = _faults(**changes)

    assert len(found) == len(faults)
    for one, fault in zip(found, faults, strict=True):
        assert one.startswith(fault)


def test_an_output_in_the_integration_of_the_api_is_checked_once_it_is_known() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(routes={"GET /a": {}}, integration={"http_url": pulumi.Output.from_input("ftp://x")})

    assert "\n  integration.http_url: must start with https:// or http://, and is 'ftp://x'" in str(refused.value)


def test_the_routes_of_the_api_share_the_resource_policy_of_its_function() -> None:
    short: dict[str, Any] = {f"GET /customers/{{customer}}/orders/{{order}}/lines/{number}": {} for number in range(70)}

    (fault,) = _faults(routes=short, integration=DEFAULT)
    assert fault.startswith("integration.lambda_arn: 70 routes invoke this function, and their permissions take")


def test_scopes_that_a_function_of_ones_own_would_never_know_are_refused() -> None:
    own: Any = {"function_arn": OTHER, "issuer": None, "audience": None, "keys": None, "integration": DEFAULT}
    reason = "has no effect: the function of function_arn decides which scopes a token needs: remove it"

    assert _faults(**own, scopes=["a"], routes={"GET /a": {}, "GET /b": ["b"], "GET /c": []}) == [
        f"scopes: {reason}",
        f'routes["GET /b"].scopes: {reason}',
    ]
    partners = {"partners": {"issuer": "https://partners.example.com", "audience": ["orders"]}}
    declare_api(**own, jwt_authorizers=partners, routes={"GET /a": {"authorization": "jwt", "scopes": ["a"]}})
