"""Custom domain names: developer guide, http-api-mappings and rest-api-disable-default-endpoint."""

import json
from typing import Any

import pytest

from emulator.web import Answer, fetch

from .conftest import Apis, Builder

NAME = "api.gateway.example"


@pytest.fixture
def api(apis: Apis) -> Builder:
    """The stage ``prod`` of an API on a custom domain, with the default endpoint disabled."""
    api = apis(DisableExecuteApiEndpoint=True)
    api.stage("prod")
    api.lambda_route("GET /orders")
    configuration: Any = {
        "CertificateArn": f"arn:aws:acm:{api.aws.region}:{api.aws.account}:certificate/1",
        "EndpointType": "REGIONAL",
        "SecurityPolicy": "TLS_1_2",
    }
    api.gateway.create_domain_name(DomainName=NAME, DomainNameConfigurations=[configuration])
    apis.cleanup.callback(api.gateway.delete_domain_name, DomainName=NAME)
    return api


def _send(api: Builder, path: str) -> Answer:
    return fetch(api.aws.endpoint + path, {"Host": NAME})


def _map(api: Builder, key: str) -> None:
    api.gateway.create_api_mapping(DomainName=NAME, ApiId=api.id, Stage="prod", ApiMappingKey=key)


def test_mappings_the_root(api: Builder) -> None:
    _map(api, "")

    event = json.loads(_send(api, "/orders").body)

    assert (event["requestContext"]["domainName"], event["requestContext"]["domainPrefix"]) == (NAME, "api")
    assert (event["requestContext"]["stage"], event["rawPath"]) == ("prod", "/prod/orders")


def test_mappings_the_longest_base_path(api: Builder) -> None:
    """The base path is not in ``rawPath``: http-api-develop-integrations-lambda."""
    _map(api, "v1")
    _map(api, "v1/shop")

    assert json.loads(_send(api, "/v1/shop/orders").body)["rawPath"] == "/prod/orders"
    assert _send(api, "/v1/orders").status == 200
    assert _send(api, "/v1shop/orders").status == 403


def test_mappings_none_for_the_path_is_403(api: Builder) -> None:
    _map(api, "v1")

    answer = _send(api, "/orders")

    assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})


def test_disable_default_endpoint_the_domain_still_serves(api: Builder) -> None:
    _map(api, "")

    assert api.send("/prod/orders").status == 404
    assert _send(api, "/orders").status == 200


def test_mappings_a_wildcard_domain_serves_what_has_none_of_its_own(api: Builder, apis: Apis) -> None:
    _map(api, "")
    wildcard = f"*.{NAME.partition('.')[2]}"
    configuration: Any = {"CertificateArn": f"arn:aws:acm:{api.aws.region}:{api.aws.account}:certificate/1"}
    api.gateway.create_domain_name(DomainName=wildcard, DomainNameConfigurations=[configuration])
    apis.cleanup.callback(api.gateway.delete_domain_name, DomainName=wildcard)
    api.gateway.create_api_mapping(DomainName=wildcard, ApiId=api.id, Stage="prod", ApiMappingKey="v1")

    def status(host: str, path: str) -> int:
        return fetch(api.aws.endpoint + path, {"Host": host}).status

    other = NAME.replace("api.", "other.")
    assert [status(NAME, "/orders"), status(NAME, "/v1/orders"), status(other, "/v1/orders")] == [200, 404, 200]
    event = json.loads(fetch(f"{api.aws.endpoint}/v1/orders", {"Host": other}).body)
    assert event["requestContext"]["domainName"] == other
