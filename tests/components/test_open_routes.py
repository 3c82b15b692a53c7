"""Open by intention only: what a route without a token leads to is never what a token protects."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, SigningKeys
from components.http_api.routes import Routes, check_routes
from components.testing import ACCOUNT, REGION, Recording, declare
from emulator.config import load_stack

from .example import BACKEND, api_args, whole_api

PROGRAM = Path(__file__).resolve().parents[2]
PAGES = {"allow_origins": ["https://app.example.com"]}
LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/a/b/c"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"

INTEGRATIONS: dict[str, dict[str, Any]] = {
    "function": {"lambda_arn": BACKEND},
    "alias": {"lambda_arn": f"{BACKEND}:live"},
    "url": {"http_url": "https://backend.example.com/"},
    "link": {"vpc_link": {"vpc_link_id": "l", "listener_arn": LISTENER}},
    "service": {
        "service": {
            "subtype": "SQS-SendMessage",
            "resource_arn": QUEUE,
            "parameters": {"QueueUrl": "https://q", "MessageBody": "$request.body"},
        }
    },
}


def _stack(name: str) -> Callable[[], object]:
    """The program of this repository with the configuration of a stack."""
    stack = load_stack(PROGRAM, name)

    def program() -> None:
        values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in stack.config.items()}
        pulumi.runtime.set_all_config(values)
        try:
            runpy.run_path(str(PROGRAM / "__main__.py"))
        finally:
            pulumi.runtime.set_all_config({})

    return program


def _api(**changes: Any) -> Callable[[], object]:
    def program() -> None:
        keys = SigningKeys("signing", {})
        AuthorizedHttpApi("orders", api_args(keys={"jwks": [keys.jwks]}, **changes))

    return program


def _stamped() -> None:
    """Several APIs, with all that adds routes or resources."""
    keys, partner = SigningKeys("signing", {}), SigningKeys("partner", {})
    for number in range(3):
        args = api_args(keys={"jwks": [keys.jwks, partner.jwks]}, well_known={}, dashboard=True, alarms={}, cors=PAGES)
        AuthorizedHttpApi(f"api-{number}", args)


def _catch_alls(integration: dict[str, Any]) -> dict[str, Any]:
    return {
        "$default": {"integration": integration},
        "ANY /orders": {"integration": integration},
        "ANY /orders/{id}": {"integration": integration, "scopes": ["orders:read"]},
        "GET /orders": {"integration": integration},
        "ANY /files/{path+}": {"integration": integration},
        "OPTIONS /files/{file+}": {"integration": integration},
        "ANY /open/{path+}": {"integration": integration, "public": True},
        "GET /health": {"integration": {"http_url": "https://status.example.com/"}, "public": True},
    }


PROGRAMS: dict[str, Callable[[], object]] = {
    "golden": whole_api,
    "stamped": _stamped,
    "stack dev": _stack("dev"),
    "stack local": _stack("local"),
    "golden with CORS": _api(cors=PAGES),
    "well-known with CORS": _api(
        cors=PAGES, well_known={}, routes={"$default": {"integration": {"lambda_arn": BACKEND}}}
    ),
    "own authorizer": lambda: AuthorizedHttpApi(  # type: ignore[call-overload] # a list of str
        "orders",
        {"function_arn": BACKEND, "cors": PAGES, "routes": {"ANY /a": {"integration": {"lambda_arn": BACKEND}}}},
    ),
    **{f"catch-alls to {name}": _api(cors=PAGES, routes=_catch_alls(item)) for name, item in INTEGRATIONS.items()},
    **{f"without CORS to {name}": _api(routes=_catch_alls(item)) for name, item in INTEGRATIONS.items()},
}


def _run(program: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[Recording, set[tuple[str, str]]]:
    """What the program declares; and the routes on which its user wrote ``public``, with the id of their API."""
    public: set[tuple[str, str]] = set()

    def noted(name: str, routes: Routes, *rest: Any) -> None:
        public.update((f"{name}-api-id", key) for key, route in routes.items() if route.get("public"))
        check_routes(name, routes, *rest)

    monkeypatch.setattr("components.http_api.checks.check_routes", noted)
    return declare(program, project=load_stack(PROGRAM, "local").project), public


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_open_route_leads_to_what_a_token_protects(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, public = _run(PROGRAMS[name], monkeypatch)

    routes = [item.inputs for item in recording.all("aws:apigatewayv2/route:Route")]
    assert {route["authorizationType"] for route in routes} <= {"CUSTOM", "NONE"}
    # Another integration with the same backend would be no better than the same integration.
    behind = {
        f"integrations/{item.name}-id": (item.inputs.get("integrationUri"), item.inputs.get("integrationSubtype"))
        for item in recording.all("aws:apigatewayv2/integration:Integration")
    }
    protected = [route for route in routes if route["authorizationType"] == "CUSTOM"]
    targets = {route["target"] for route in protected}
    backends = {behind[route["target"]] for route in protected}
    assert targets
    for route in routes:
        if route["authorizationType"] == "NONE" and (route["apiId"], route["routeKey"]) not in public:
            assert route["target"] not in targets, route["routeKey"]
            assert behind[route["target"]] not in backends, route["routeKey"]


def test_with_cors_every_options_request_to_a_catch_all_finds_an_open_route(monkeypatch: pytest.MonkeyPatch) -> None:
    recording, _ = _run(PROGRAMS["catch-alls to function"], monkeypatch)

    routes = {item.inputs["routeKey"]: item.inputs for item in recording.all("aws:apigatewayv2/route:Route")}
    assert {
        key for key, route in routes.items() if route["target"] == "integrations/orders-preflight-integration-id"
    } == {
        "OPTIONS /",
        "OPTIONS /{proxy+}",
        "OPTIONS /orders",
        "OPTIONS /orders/{id}",
    }
    assert routes["OPTIONS /files/{file+}"]["authorizationType"] == "CUSTOM"  # as its user wrote it
