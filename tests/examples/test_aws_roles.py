"""AWS roles as callers: the example's function asks the emulator's STS for a token, and calls the API with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.web import fetch
from testkit.api import bearer

from .backend import Backend
from .consumer import DeployedExample

AUDIENCE = "https://api.example.com/orders"


@pytest.fixture(scope="module")
def example(deploy: Callable[..., DeployedExample], backend: Backend) -> DeployedExample:
    return deploy("aws_roles", backend=backend.url)


def _call(example: DeployedExample, event: dict[str, str]) -> dict[str, Any]:
    """What the caller's function got from the API."""
    answer = example.client("lambda").invoke(FunctionName=example.outputs["caller"], Payload=json.dumps(event))
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def test_a_role_calls_the_api_without_a_secret(example: DeployedExample) -> None:
    answer = _call(example, {})

    assert answer["status"] == 200
    assert json.loads(answer["body"]) == {
        "path": "/orders",
        "caller": "arn:aws:iam::000000000000:role/orders-caller-local",
    }


def test_it_gets_no_more_than_the_ceiling(example: DeployedExample) -> None:
    assert _call(example, {"method": "POST"})["status"] == 403


@pytest.mark.parametrize("audience", [AUDIENCE, "https://api.example.com/invoices"])
def test_nobody_else_of_the_account_gets_in(example: DeployedExample, audience: str) -> None:
    """The root user is not in the table, whatever it asks for."""
    tags = [{"Key": "scope", "Value": "orders:read"}]
    asked = {"Audience": [audience], "SigningAlgorithm": "ES384", "Tags": tags}
    token = example.client("sts").get_web_identity_token(**asked)["WebIdentityToken"]

    assert fetch(example.outputs["endpoint"] + "/orders", bearer(token)).status == 403


def test_tokens_of_your_own_are_beside_them(example: DeployedExample) -> None:
    token = example.token(aud=AUDIENCE, scope="orders:read")

    assert fetch(example.outputs["endpoint"] + "/orders", bearer(token)).status == 200
