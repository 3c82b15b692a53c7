"""One program as two stacks: tokens of one environment are refused by the other, and each has the settings of its file."""

from typing import Any

from emulator.web import fetch
from testkit.api import bearer

from .backend import Backend
from .consumer import Consumer

ISSUERS = {"dev": "https://auth.dev.example.com", "prod": "https://auth.example.com"}


def test_environments_differ_by_their_files_alone(consumer: Consumer, backend: Backend) -> None:
    folder = consumer.copy("environments")
    here: dict[str, Any] = {"architecture": "host", "backend": backend.url}
    with (
        consumer.deployed(folder, stack="dev", **here) as dev,
        # The emulator has one account, and an option that asks for another is an error.
        consumer.deployed(folder, stack="prod", **here, **{"aws:allowedAccountIds": None}) as prod,
    ):
        stacks = {"dev": dev, "prod": prod}
        tokens = {
            name: stack.token(iss=ISSUERS[name], aud="orders", scope="orders:read") for name, stack in stacks.items()
        }
        answers = {
            (name, of): fetch(stack.outputs["endpoint"] + "/orders", bearer(token)).status
            for name, stack in stacks.items()
            for of, token in tokens.items()
        }
        assert answers == {
            ("dev", "dev"): 200,
            ("dev", "prod"): 403,
            ("prod", "dev"): 403,
            ("prod", "prod"): 200,
        }
        # Nor with the other issuer's name: the keys are others.
        forged = dev.token(iss=ISSUERS["prod"], aud="orders", scope="orders:read")
        assert fetch(prod.outputs["endpoint"] + "/orders", bearer(forged)).status == 403

        assert {name: stack.outputs["key_alias"] for name, stack in stacks.items()} == {
            "dev": "alias/environments-dev-signing",
            "prod": "alias/environments-prod-signing",
        }
        limits, retention = {}, {}
        for name, stack in stacks.items():
            gateway = stack.client("apigatewayv2")
            (api,) = gateway.get_apis()["Items"]
            settings = gateway.get_stage(ApiId=api["ApiId"], StageName="$default")["DefaultRouteSettings"]
            limits[name] = settings["ThrottlingRateLimit"]
            retention[name] = {
                group["retentionInDays"] for group in stack.client("logs").describe_log_groups()["logGroups"]
            }
        assert limits == {"dev": 20, "prod": 1000}
        assert 7 in retention["dev"]
        assert 365 in retention["prod"]
