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


def test_mappings_of_several_apis_as_in_the_developer_guide(api: Builder, apis: Apis) -> None:
    """The examples of http-api-mappings: each API is told by the stage that its answer names."""
    keys = ["", "orders", "orders/v1/items", "orders/v2/items", "orders/v2/items/categories"]
    for number, key in enumerate(keys, 1):
        other = apis()
        other.stage(f"api{number}")
        other.lambda_route("$default")
        api.gateway.create_api_mapping(DomainName=NAME, ApiId=other.id, Stage=f"api{number}", ApiMappingKey=key)

    def selected(path: str) -> tuple[str, str]:
        _, stage, rest = json.loads(_send(api, path).body)["rawPath"].split("/", 2)
        return stage, rest

    assert {
        path: selected(path) for path in ("/orders", "/orders/v1/items", "/orders/v2/items", "/orders/v1/items/123")
    } == {
        "/orders": ("api2", ""),
        "/orders/v1/items": ("api3", ""),
        "/orders/v2/items": ("api4", ""),
        "/orders/v1/items/123": ("api3", "123"),
    }
    assert selected("/orders/v2/items/categories/5") == ("api5", "5")
    assert selected("/orders/v2/items/123") == ("api4", "123")
    assert selected("/customers") == ("api1", "customers")


def test_mappings_one_for_each_base_path(api: Builder) -> None:
    _map(api, "v1")
    with pytest.raises(api.gateway.exceptions.ConflictException):
        _map(api, "v1")


def test_ip_address_type_of_a_domain(api: Builder) -> None:
    """Developer guide, http-api-custom-domain-names-ip-address-type: IPv4 unless it is asked for."""

    def found() -> str:
        (configuration,) = api.gateway.get_domain_name(DomainName=NAME)["DomainNameConfigurations"]
        return str(configuration["IpAddressType"])

    assert found() == "ipv4"
    (configuration,) = api.gateway.get_domain_name(DomainName=NAME)["DomainNameConfigurations"]
    changed: Any = {"CertificateArn": configuration["CertificateArn"], "IpAddressType": "dualstack"}
    api.gateway.update_domain_name(DomainName=NAME, DomainNameConfigurations=[changed])
    assert found() == "dualstack"
