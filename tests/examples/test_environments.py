"""One program as two stacks: tokens of one environment are refused by the other, and each has the settings of its file."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.web import fetch
from testkit.api import bearer

from .backend import Backend
from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk

ISSUERS = {"local": "https://auth.local.example.com", "prod": "https://auth.example.com"}


@pytest.fixture(scope="module")
def stacks(consumer: Consumer, backend: Backend) -> Iterator[dict[str, DeployedExample]]:
    folder = consumer.copy("environments")
    # The emulator has one account and this machine's architecture, and says so where a file asks for others.
    here: dict[str, Any] = {"aws:allowedAccountIds": None, "architecture": "host"}
    with (
        consumer.deployed(folder, backend=backend.url) as local,
        consumer.deployed(folder, stack="prod", backend=backend.url, **here) as prod,
    ):
        yield {"local": local, "prod": prod}


def _token(stack: DeployedExample, issuer: str) -> dict[str, str]:
    return bearer(stack.token(iss=issuer, aud="orders", scope="orders:read"))


def test_what_the_readme_calls(stacks: dict[str, DeployedExample], consumer: Consumer) -> None:
    walk(consumer, EXAMPLES / "environments" / "README.md", stacks["local"].outputs)


def test_no_token_of_one_environment_is_good_in_another(stacks: dict[str, DeployedExample]) -> None:
    """Nor is one with the name of the other's issuer, since the keys are others."""
    answers = {
        (name, issuer, of): fetch(stack.outputs["endpoint"] + "/orders", _token(signer, ISSUERS[issuer])).status
        for name, stack in stacks.items()
        for of, signer in stacks.items()
        for issuer in ISSUERS
    }

    assert {combination for combination, status in answers.items() if status == 200} == {
        ("local", "local", "local"),
        ("prod", "prod", "prod"),
    }
    assert set(answers.values()) == {200, 403}


def test_each_has_the_settings_of_its_file(stacks: dict[str, DeployedExample]) -> None:
    assert {name: stack.outputs["key_alias"] for name, stack in stacks.items()} == {
        "local": "alias/environments-local-signing",
        "prod": "alias/environments-prod-signing",
    }
    limits, retention = {}, {}
    for name, stack in stacks.items():
        gateway = stack.client("apigatewayv2")
        (api,) = gateway.get_apis()["Items"]
        stage = gateway.get_stage(ApiId=api["ApiId"], StageName="$default")
        limits[name] = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        groups = stack.client("logs").describe_log_groups()["logGroups"]
        access_logs = stage["AccessLogSettings"]["DestinationArn"]
        (retention[name],) = (group["retentionInDays"] for group in groups if group["arn"].startswith(access_logs))
    assert limits == {"local": 20, "prod": 1000}
    assert retention == {"local": 7, "prod": 365}
