"""A unit test of the program with mocks, which takes half a second. Run it with `python -m pytest`."""

import json
from pathlib import Path

import pulumi
import pytest
import yaml
from kms_jwt.components.testing import Recording, declare

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def declared() -> Recording:
    project = yaml.safe_load((HERE / "Pulumi.yaml").read_text())["name"]
    config = yaml.safe_load((HERE / "Pulumi.local.yaml").read_text())["config"]
    config["tls_server_name"] = "orders.internal.example.com"
    pulumi.runtime.set_all_config(
        {
            # In the engine's form: keys without a namespace belong to the project, and structured values are JSON.
            key if ":" in key else f"{project}:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in config.items()
        }
    )
    return declare(HERE / "__main__.py", project=project)


def test_the_backend_is_reached_through_the_link_alone(declared: Recording) -> None:
    integration = declared.only("aws:apigatewayv2/integration:Integration").inputs

    assert integration["connectionType"] == "VPC_LINK"
    assert integration["connectionId"] == "private-id"
    assert ":listener/app/orders/" in integration["integrationUri"]
    assert integration["tlsConfig"] == {"serverNameToVerify": "orders.internal.example.com"}


def test_the_caller_cannot_choose_who_they_are(declared: Recording) -> None:
    integration = declared.only("aws:apigatewayv2/integration:Integration").inputs

    assert integration["requestParameters"] == {"overwrite:header.x-caller": "$context.authorizer.sub"}


def test_every_route_needs_a_token(declared: Recording) -> None:
    routes = declared.all("aws:apigatewayv2/route:Route")

    assert [route.inputs["routeKey"] for route in routes] == ["ANY /orders/{proxy+}"]
    assert all(route.inputs["authorizationType"] == "CUSTOM" for route in routes)
