"""Edits of the routes of a deployed API: what stays is neither renamed nor replaced, whichever route comes first."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from components import RouteArgs
from components.testing import ACCOUNT, REGION, Recording

from .example import BACKEND, declare_api

GOLDEN = Path(__file__).parent / "golden_route_edits.json"
OTHER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"

SERVICE: RouteArgs = {
    "integration": {
        "service": {
            "subtype": "SQS-SendMessage",
            "resource_arn": QUEUE,
            "parameters": {"QueueUrl": "https://queue", "MessageBody": "$request.body"},
        }
    }
}
DEFAULT: dict[str, Any] = {"lambda_arn": BACKEND}
OWN: dict[str, Any] = {"integration": {"lambda_arn": OTHER}}
ROUTES: dict[str, Any] = {
    "GET /m": ["m:read"],
    "GET /n": {},
    "GET /health": "public",
    "POST /m": OWN,
    "POST /n": OWN,
    "POST /queue": SERVICE,
}


def _without(route_key: str) -> dict[str, Any]:
    return {key: route for key, route in ROUTES.items() if key != route_key}


EDITS: dict[str, dict[str, Any]] = {
    "a route before the first": {"GET /a": {}, **ROUTES},
    "an equal integration before the first": {"DELETE /m": OWN, **ROUTES},
    "without the first that has the API's integration": _without("GET /health"),
    "without the first of two equal integrations": _without("POST /m"),
    "in another order": dict(reversed(ROUTES.items())),
    "another backend for one of two": {**ROUTES, "POST /m": {"integration": {"lambda_arn": BACKEND}}},
    "one leaves the API's integration": {**ROUTES, "GET /n": OWN},
    "one joins the API's integration": {**ROUTES, "POST /m": {}},
    "one of them becomes public": {**ROUTES, "GET /m": "public"},
}


def _declared(routes: dict[str, Any], default: dict[str, Any]) -> dict[str, dict[str, Any]]:
    recording = declare_api(routes=routes, integration=default)
    return {f"{item.type}::{item.name}": _plain(item.inputs) for item in recording.resources}


def _plain(inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(value.assets) if key == "code" else value for key, value in inputs.items()}


def _difference(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, Any]:
    changed = {
        name: {
            key: [before[name].get(key), inputs.get(key)]
            for key in sorted(before[name].keys() | inputs.keys())
            if before[name].get(key) != inputs.get(key)
        }
        for name, inputs in after.items()
        if name in before and before[name] != inputs
    }
    found = {"+": sorted(after.keys() - before.keys()), "-": sorted(before.keys() - after.keys()), "~": changed}
    return {sign: names for sign, names in found.items() if names}


@pytest.fixture(scope="module")
def edits() -> dict[str, Any]:
    """What each edit creates, deletes and changes."""
    before = _declared(ROUTES, DEFAULT)
    found = {edit: _difference(before, _declared(routes, DEFAULT)) for edit, routes in EDITS.items()}
    return {**found, "another backend for the API": _difference(before, _declared(ROUTES, {"lambda_arn": OTHER}))}


def test_what_each_edit_changes(edits: dict[str, Any]) -> None:
    """A change here replaces resources of users who edit their routes: review it, then write it with UPDATE_GOLDEN=1."""
    text = json.dumps(edits, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text)

    assert json.loads(text) == json.loads(GOLDEN.read_text())


def test_what_is_created_or_deleted_belongs_to_the_route_that_is_edited(edits: dict[str, Any]) -> None:
    touched = {
        "a route before the first": "GET-a-",
        "an equal integration before the first": "DELETE-m-",
        "without the first that has the API's integration": "GET-health-",
        "without the first of two equal integrations": "POST-m-",
        "one leaves the API's integration": "GET-n-",
        "one joins the API's integration": "POST-m-",
        "one of them becomes public": "GET-m-",
    }
    for edit, difference in edits.items():
        moved = [*difference.get("+", []), *difference.get("-", [])]
        assert all(touched[edit] in name for name in moved), edit
    assert edits["in another order"] == {}


def test_the_order_of_the_routes_is_that_of_no_name() -> None:
    def names(recording: Recording) -> set[tuple[str, str]]:
        return {(item.type, item.name) for item in recording.resources}

    alone = names(declare_api(routes={"POST /n": OWN}))
    together = names(declare_api(routes={"GET /a": OWN, "POST /m": OWN, "POST /n": OWN}))
    assert alone < together


def test_three_hundred_routes_have_at_most_three_hundred_integrations() -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 300 of each for an API."""
    most = {f"GET /{number}": {"integration": {"http_url": f"https://backend/{number}"}} for number in range(299)}
    recording = declare_api(routes={**most, "$default": {}}, integration={"http_url": "https://backend/"})

    assert len(recording.all("aws:apigatewayv2/route:Route")) == 300
    assert len(recording.all("aws:apigatewayv2/integration:Integration")) == 300
