"""A custom domain: certificate, records, base path, mutual TLS, and the default endpoint closed."""

from typing import Any
from unittest.mock import ANY

import pytest

from components import AuthorizedHttpApi, InvalidArgs
from components.testing import Recording, declare

from .example import CERTIFICATE, api_args, declare_api

NAME = "api.example.com"
OWNERSHIP = CERTIFICATE.replace("000000000000", "000000000001")


def _domain_name(recording: Recording) -> dict[str, Any]:
    return recording.only("aws:apigatewayv2/domainName:DomainName").inputs


def test_the_default_endpoint_is_open_only_without_a_domain() -> None:
    domain = {"name": NAME, "certificate_arn": CERTIFICATE}

    assert declare_api(domain=domain).only("aws:apigatewayv2/api:Api").inputs["disableExecuteApiEndpoint"] is True
    assert declare_api().only("aws:apigatewayv2/api:Api").inputs["disableExecuteApiEndpoint"] is False


def test_a_given_certificate_and_records_of_ones_own() -> None:
    recording = declare_api(domain={"name": NAME, "certificate_arn": CERTIFICATE})

    assert _domain_name(recording) == {
        "domainName": NAME,
        "domainNameConfiguration": {
            "certificateArn": CERTIFICATE,
            "endpointType": "REGIONAL",
            "securityPolicy": "TLS_1_2",
        },
    }
    assert not recording.all("aws:acm/certificate:Certificate")
    assert not recording.all("aws:route53/record:Record")


def test_a_certificate_is_made_and_validated_in_the_zone() -> None:
    recording = declare_api(domain={"name": NAME, "hosted_zone_id": "Z1"})

    certificate = recording.only("aws:acm/certificate:Certificate").inputs
    assert certificate == {"domainName": NAME, "validationMethod": "DNS"}
    records = {item.name: item.inputs for item in recording.all("aws:route53/record:Record")}
    validation = records["orders-certificate-record"]
    assert validation["name"].endswith(f".{NAME}.")
    assert [value.partition(".")[2] for value in validation["records"]] == ["mocked.acm-validations.aws."]
    assert (validation["type"], validation["zoneId"], validation["allowOverwrite"]) == ("CNAME", "Z1", True)
    validated = recording.only("aws:acm/certificateValidation:CertificateValidation").inputs
    assert validated["validationRecordFqdns"] == [validation["name"].removesuffix(".")]
    certificate_arn = _domain_name(recording)["domainNameConfiguration"]["certificateArn"]
    assert certificate_arn == validated["certificateArn"]
    assert certificate_arn.startswith("arn:aws:acm:eu-west-1:123456789012:certificate/")
    for name, type_ in (("orders-record-a", "A"), ("orders-record-aaaa", "AAAA")):
        assert records[name] == {
            "aliases": [{"evaluateTargetHealth": False, "name": ANY, "zoneId": "ZLY8HYME6SFDD"}],
            "name": NAME,
            "type": type_,
            "zoneId": "Z1",
        }
        assert records[name]["aliases"][0]["name"].endswith(".execute-api.eu-west-1.amazonaws.com")


@pytest.mark.parametrize(("base_path", "url"), [(None, f"https://{NAME}"), ("orders/v1", f"https://{NAME}/orders/v1")])
def test_the_api_is_reached_at_its_domain(base_path: str | None, url: str) -> None:
    domain = {"name": NAME, "certificate_arn": CERTIFICATE, "base_path": base_path}
    args = api_args(domain=domain, well_known={})

    def program() -> dict[str, Any]:
        api = AuthorizedHttpApi("orders", args)
        return {"endpoint": api.api_endpoint, "jwks_uri": api.jwks_uri}

    recording = declare(program)
    assert recording.outputs == {"endpoint": url, "jwks_uri": f"{url}/.well-known/jwks.json"}
    mapping = recording.only("aws:apigatewayv2/apiMapping:ApiMapping").inputs
    assert mapping.get("apiMappingKey") == base_path


def test_mutual_tls() -> None:
    mutual_tls = {
        "truststore_uri": "s3://bucket/ca.pem",
        "truststore_version": "3",
        "ownership_certificate_arn": OWNERSHIP,
    }
    inputs = _domain_name(declare_api(domain={"name": NAME, "certificate_arn": CERTIFICATE, "mutual_tls": mutual_tls}))

    assert inputs["mutualTlsAuthentication"] == {"truststoreUri": "s3://bucket/ca.pem", "truststoreVersion": "3"}
    assert inputs["domainNameConfiguration"]["ownershipVerificationCertificateArn"] == OWNERSHIP


@pytest.mark.parametrize(
    ("domain", "fault"),
    [
        ({"name": NAME}, "domain: needs certificate_arn, or hosted_zone_id"),
        ({"name": "API.example.com", "certificate_arn": "a"}, "domain.name: must be a domain name in lower case"),
        ({"name": "https://x.com", "certificate_arn": "a"}, "domain.name: must be a domain name"),
        (
            {"name": NAME, "certificate_arn": "a", "base_path": "/v1"},
            "domain.base_path: must be a path without slashes around",
        ),
        (
            {"name": NAME, "certificate_arn": "a", "mutual_tls": {"truststore_uri": "https://x"}},
            "domain.mutual_tls.truststore_uri: must start with s3://",
        ),
        ({"name": NAME, "certificate_arn": "a", "mutual_tls": {}}, "domain.mutual_tls.truststore_uri: missing"),
    ],
)
def test_bad_input_names_the_path(domain: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(domain=domain)
    assert fault in str(refused.value)


def test_mutual_tls_without_a_domain() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(mutual_tls={})
    assert "mutual_tls: unknown key" in str(refused.value)
