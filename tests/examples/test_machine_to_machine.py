"""Machines get tokens from the token service, and the API lets them in for what they have asked, and no other tokens."""

import base64
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from emulator.web import Answer, fetch
from testkit.api import bearer

from .backend import Backend
from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk

BILLING, DASHBOARD = "billing:not-a-secret-at-all", "dashboard:not-one-either"


@pytest.fixture(scope="module")
def example(deploy: Callable[..., DeployedExample], backend: Backend) -> DeployedExample:
    return deploy("machine_to_machine", backend=backend.url)


def _ask(example: DeployedExample, credentials: str, scope: str) -> Answer:
    headers = {
        "Authorization": "Basic " + base64.b64encode(credentials.encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = urlencode({"grant_type": "client_credentials", "scope": scope}).encode()
    return fetch(example.outputs["token_endpoint"], headers, method="POST", body=form)


def test_a_machine_gets_a_token_and_is_let_in(example: DeployedExample, consumer: Consumer) -> None:
    access_token = _ask(example, BILLING, "orders:read").json()["access_token"]
    token = bearer(access_token)
    orders = example.outputs["endpoint"] + "/orders"

    answer = fetch(orders, {**token, "X-Caller": "admin"})
    assert (answer.status, answer.json()) == (200, {"path": "/orders", "caller": "billing"})
    assert fetch(orders, token, method="POST").status == 403
    assert fetch(orders).status == 401
    walk(consumer, EXAMPLES / "machine_to_machine" / "README.md", {**example.outputs, "access_token": access_token})


def test_no_client_gets_more_than_it_may(example: DeployedExample) -> None:
    refused = _ask(example, DASHBOARD, "orders:read orders:write")
    assert (refused.status, refused.json()["error"]) == (400, "invalid_scope")
    assert _ask(example, "dashboard:not-a-secret-at-all", "orders:read").status == 401


def test_nobody_else_can_sign(example: DeployedExample) -> None:
    """Not even the account's root user: the key's policy names the role of the service's function alone."""
    with pytest.raises(Exception, match="kms:Sign"):
        example.token(aud="orders", scope="orders:read")
