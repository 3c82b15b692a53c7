"""AWS roles as callers: the client of the example and the API, with a stand-in for AWS STS between them."""

import json
import time
from collections.abc import Callable

import pytest

from emulator.web import fetch
from testkit.api import bearer
from testkit.providers import ADMIN, DIRECT
from testkit.providers.aws_sts import ACCOUNT, AUDIENCE, aws_sts, issuer, sts_jwks

from .backend import Backend
from .consumer import Consumer, DeployedExample
from .sts_stand_in import running_sts


@pytest.fixture(scope="module")
def example(deploy: Callable[..., DeployedExample], backend: Backend) -> DeployedExample:
    return deploy("aws_roles", backend=backend.url, sts_issuer=issuer(ACCOUNT), sts_jwks=json.dumps(sts_jwks(ACCOUNT)))


def test_a_role_calls_the_api_without_a_secret(
    example: DeployedExample, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_sts() as url:
        for name, value in {
            "AWS_ENDPOINT_URL_STS": url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }.items():
            monkeypatch.setenv(name, value)
        called = consumer.run(consumer.copy("aws_roles"), "call.py", example.outputs["endpoint"] + "/orders", AUDIENCE)

    assert called.returncode == 0, called.stdout + called.stderr
    assert called.stdout == '200 {"path": "/orders"}\n'


@pytest.mark.parametrize(
    ("what", "method", "status"),
    [
        (DIRECT, "GET", 200),
        (DIRECT, "POST", 403),
        (ADMIN, "POST", 403),
        ("of another role", "GET", 403),
        ("for another audience", "GET", 403),
        ("neighbour", "GET", 403),
        ("neighbour, our iss", "GET", 403),
    ],
)
def test_what_a_role_may_do(example: DeployedExample, what: str, method: str, status: int) -> None:
    token = aws_sts(int(time.time())).tokens[what]

    assert fetch(example.outputs["endpoint"] + "/orders", bearer(token), method=method).status == status


def test_your_own_tokens_are_beside_them(example: DeployedExample) -> None:
    token = example.token(aud=AUDIENCE, scope="orders:read")

    assert fetch(example.outputs["endpoint"] + "/orders", bearer(token)).status == 200
