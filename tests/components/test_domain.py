"""A custom domain: certificate, records, base path, mutual TLS, the default endpoint, and no other API's domain."""

import gc
import json
from collections.abc import Callable
from typing import Any
from unittest.mock import ANY

import pulumi
import pulumi_aws as aws
import pytest

from components import AuthorizedHttpApi, InvalidArgs
from components.http_api import domain_claims
from components.testing import Recording, declare

from .example import CERTIFICATE, api_args, declare_api
from .registrations import registered

NAME = "api.example.com"
OWNERSHIP = CERTIFICATE.replace("000000000000", "000000000001")


def _domain_name(recording: Recording) -> dict[str, Any]:
    return recording.only("aws:apigatewayv2/domainName:DomainName").inputs


@pytest.mark.parametrize(
    ("domain", "closed"),
    [
        (None, False),
        ({}, False),
        ({"disable_default_endpoint": False}, False),
        ({"disable_default_endpoint": True}, True),
    ],
)
def test_the_default_endpoint_is_open_until_it_is_closed(domain: dict[str, Any] | None, closed: bool) -> None:
    """Its callers would be cut off before the domain answers."""
    changes: dict[str, Any] = (
        {} if domain is None else {"domain": {"name": NAME, "certificate_arn": CERTIFICATE, **domain}}
    )

    api = declare_api(**changes).only("aws:apigatewayv2/api:Api").inputs
    assert api["disableExecuteApiEndpoint"] is closed


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
    alias = records["orders-record-a"]
    assert alias == {
        "aliases": [{"evaluateTargetHealth": False, "name": ANY, "zoneId": "ZLY8HYME6SFDD"}],
        "name": NAME,
        "type": "A",
        "zoneId": "Z1",
    }
    assert alias["aliases"][0]["name"].endswith(".execute-api.eu-west-1.amazonaws.com")


@pytest.mark.parametrize(("given", "types"), [({}, ["A"]), ({"ip_address_type": "dualstack"}, ["A", "AAAA"])])
def test_only_a_dual_stack_domain_has_ipv6_addresses_to_find(given: dict[str, Any], types: list[str]) -> None:
    recording = declare_api(domain={"name": NAME, "certificate_arn": CERTIFICATE, "hosted_zone_id": "Z1", **given})

    assert _domain_name(recording)["domainNameConfiguration"].get("ipAddressType") == given.get("ip_address_type")
    records = [item.inputs for item in recording.all("aws:route53/record:Record")]
    assert sorted(record["type"] for record in records) == types
    assert len({json.dumps(record["aliases"]) for record in records}) == 1


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


def test_the_name_may_be_an_output() -> None:
    def program() -> dict[str, Any]:
        name = pulumi.Output.from_input(NAME)
        domain = {"name": name, "certificate_arn": CERTIFICATE, "base_path": "v1"}
        api = AuthorizedHttpApi("orders", api_args(domain=domain, well_known={}))
        return {"endpoint": api.api_endpoint, "jwks_uri": api.jwks_uri}

    recording = declare(program)
    assert recording.outputs["endpoint"] == f"https://{NAME}/v1"
    assert recording.outputs["jwks_uri"] == f"https://{NAME}/v1/.well-known/jwks.json"
    assert _domain_name(recording)["domainName"] == NAME


def test_the_documents_name_the_domain_once_it_is_there() -> None:
    """On a live API, whose documents would else send verifiers to a host that does not answer for minutes."""
    domain = {"name": NAME, "hosted_zone_id": "Z1", "ip_address_type": "dualstack"}
    requests = registered(lambda: AuthorizedHttpApi("orders", api_args(domain=domain, well_known={})))

    (function,) = (request for urn, request in requests.items() if urn.endswith("::orders-well-known-lambda"))
    needed = {urn.rpartition("::")[2] for urn in function.dependencies}
    assert needed >= {"orders-domain", "orders-record-a", "orders-record-aaaa"}


def test_mutual_tls() -> None:
    mutual_tls = {
        "truststore_uri": "s3://bucket/ca.pem",
        "truststore_version": "3",
        "ownership_certificate_arn": OWNERSHIP,
    }
    domain = {"name": NAME, "certificate_arn": CERTIFICATE, "mutual_tls": mutual_tls, "disable_default_endpoint": True}
    inputs = _domain_name(declare_api(domain=domain))

    assert inputs["mutualTlsAuthentication"] == {"truststoreUri": "s3://bucket/ca.pem", "truststoreVersion": "3"}
    assert inputs["domainNameConfiguration"]["ownershipVerificationCertificateArn"] == OWNERSHIP


@pytest.mark.parametrize(
    ("domain", "fault"),
    [
        ({"name": NAME}, "domain: requires certificate_arn, or hosted_zone_id"),
        ({"name": "API.example.com", "certificate_arn": "a"}, "domain.name: must be a domain name in lower case"),
        ({"name": "https://x.com", "certificate_arn": "a"}, "domain.name: must be a domain name"),
        ({"name": "api.example.xn--", "certificate_arn": "a"}, "domain.name: must be a domain name"),
        (
            {"name": "a." * 124 + "example", "certificate_arn": "a"},
            "domain.name: must have at most 253 characters, and has 255",
        ),
        (
            {"name": f"{'a' * 60}.com.au", "hosted_zone_id": "Z1"},
            "domain.name: must have at most 64 characters for the certificate that is requested for it, and has 67",
        ),
        (
            {"name": NAME, "certificate_arn": "a", "mutual_tls": {"truststore_uri": "s3://"}},
            "domain.mutual_tls.truststore_uri: must be s3://, a bucket",
        ),
        (
            {"name": NAME, "certificate_arn": "a", "base_path": "/v1"},
            "domain.base_path: must be a path without leading or trailing slashes",
        ),
        *(
            (
                {"name": NAME, "certificate_arn": "a", "base_path": path},
                f"domain.base_path: must not have the part '{part}', which no caller can send",
            )
            for path, part in ((".", "."), ("v1/..", ".."), ("v1/./orders", "."), ("(none)", "(none)"))
        ),
        (
            {"name": NAME, "certificate_arn": "a", "base_path": "a" * 301},
            "domain.base_path: must have at most 300 characters, and has 301",
        ),
        (
            {"name": NAME, "certificate_arn": "a", "ip_address_type": "ipv6"},
            "domain.ip_address_type: must be one of ipv4, dualstack, and is 'ipv6'",
        ),
        (
            {"name": NAME, "certificate_arn": "a", "requires_client_certificates": True},
            "domain.requires_client_certificates: is for existing_name: remove it, and write mutual_tls",
        ),
        ({"certificate_arn": "a"}, "domain.name: missing: write the name of a domain to create, or existing_name"),
        (
            {"name": NAME, "certificate_arn": "a", "mutual_tls": {"truststore_uri": "https://x"}},
            "domain.mutual_tls.truststore_uri: must be s3://, a bucket",
        ),
        ({"name": NAME, "certificate_arn": "a", "mutual_tls": {}}, "domain.mutual_tls.truststore_uri: missing"),
        (
            {"name": NAME, "certificate_arn": CERTIFICATE, "mutual_tls": {"truststore_uri": "s3://b/ca.pem"}},
            "domain.disable_default_endpoint: missing: the default endpoint does not require client certificates",
        ),
        (
            {"name": NAME, "certificate_arn": CERTIFICATE, "disable_default_endpoint": "yes"},
            "domain.disable_default_endpoint: must be true or false, and is 'yes'",
        ),
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


def _two_apis(first: Any, second: Any) -> Callable[[], None]:
    def program() -> None:
        for name, domain_name in (("orders", first), ("reports", second)):
            domain = {"name": domain_name, "certificate_arn": CERTIFICATE, "base_path": name}
            AuthorizedHttpApi(name, api_args(domain=domain))

    return program


def test_two_apis_cannot_have_one_domain() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(_two_apis(NAME, NAME))
    assert (
        """AuthorizedHttpApi "reports" has invalid inputs, and nothing was created:
  domain.name: 'api.example.com' is already the domain of AuthorizedHttpApi "orders": write another name"""
    ) in str(refused.value)


def test_nothing_of_the_second_api_is_created() -> None:
    created: list[str] = []

    def program() -> None:
        try:
            _two_apis(NAME, NAME)()
        except InvalidArgs:
            created.append("refused")

    created += [item.name for item in declare(program).resources]
    assert created[0] == "refused"
    assert not [name for name in created if name.startswith("reports")]


def test_each_program_has_domains_of_its_own() -> None:
    """Several run in one process: unit tests, the emulator, the plugin."""
    for _ in range(2):
        recording = declare(_two_apis(NAME, f"reports.{NAME}"))
        assert len(recording.all("aws:apigatewayv2/domainName:DomainName")) == 2


@pytest.mark.parametrize("known", [(False, False), (True, False), (False, True)])
def test_names_are_compared_once_they_are_known(known: tuple[bool, bool]) -> None:
    first, second = (NAME if is_known else pulumi.Output.from_input(NAME) for is_known in known)
    with pytest.raises(InvalidArgs, match="is already the domain of AuthorizedHttpApi"):
        declare(_two_apis(first, second))


def test_one_output_for_two_apis() -> None:
    name = pulumi.Output.from_input(NAME)
    with pytest.raises(InvalidArgs, match="is already the domain of AuthorizedHttpApi"):
        declare(_two_apis(name, name))


def test_two_apis_of_one_name_below_different_parents() -> None:
    def program() -> None:
        for parent in "xy":
            opts = pulumi.ResourceOptions(parent=pulumi.ComponentResource(f"test:index:{parent}", parent))
            AuthorizedHttpApi("orders", api_args(domain={"name": NAME, "certificate_arn": CERTIFICATE}), opts)

    with pytest.raises(InvalidArgs, match='already the domain of AuthorizedHttpApi "orders"'):
        declare(program)


@pytest.mark.parametrize("regions", [("eu-west-1", "eu-west-1"), (None, "eu-west-1")])
def test_two_providers_of_one_region(regions: tuple[str | None, str]) -> None:
    """The default provider's is eu-west-1 here."""

    def program() -> None:
        for name, region in zip(("orders", "reports"), regions, strict=True):
            provider = aws.Provider(name, region=region) if region else None
            opts = pulumi.ResourceOptions(provider=provider)
            AuthorizedHttpApi(name, api_args(domain={"name": NAME, "certificate_arn": CERTIFICATE}), opts)

    with pytest.raises(InvalidArgs, match="is already the domain of AuthorizedHttpApi"):
        declare(program)


@pytest.mark.parametrize(
    ("domain", "fault"),
    [
        ({"name": "API EXAMPLE"}, "domain.name: must be a domain name in lower case"),
        ({"name": 7}, "domain.name: must be a string, and is 7"),
        ({"name": None}, "domain.name: must be a string, and is None"),
        ({"name": "a." * 124 + "example"}, "domain.name: must have at most 253 characters, and has 255"),
        ({"mutual_tls": {"truststore_uri": "x"}}, "domain.mutual_tls.truststore_uri: must be s3://, a bucket"),
        ({"mutual_tls": {"truststore_uri": None}}, "domain.mutual_tls.truststore_uri: must be a string, and is None"),
    ],
)
def test_an_output_is_checked_once_it_is_known(domain: dict[str, Any], fault: str) -> None:
    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: later(item) for key, item in value.items()}
        return pulumi.Output.from_input(value)

    given = {"name": NAME, "certificate_arn": CERTIFICATE, "disable_default_endpoint": True, **later(domain)}
    with pytest.raises(InvalidArgs) as refused:
        declare_api(domain=given)
    assert f'AuthorizedHttpApi "orders" has invalid inputs, found during the deployment:\n  {fault}' in str(
        refused.value
    )


@pytest.mark.parametrize("name", ["api.example.xn--p1ai", "api.example.xn--fiqs8s", f"{'a.' * 123}example"])
def test_every_domain_name_there_is(name: str) -> None:
    assert _domain_name(declare_api(domain={"name": name, "certificate_arn": CERTIFICATE}))["domainName"] == name


def test_what_is_told_at_once_is_told_before_anything_is_created() -> None:
    created: list[str] = []

    def program() -> None:
        for parent in "xy":
            opts = pulumi.ResourceOptions(parent=pulumi.ComponentResource(f"test:index:{parent}", parent))
            try:
                AuthorizedHttpApi("orders", api_args(domain={"name": NAME, "certificate_arn": CERTIFICATE}), opts)
            except InvalidArgs:
                created.append(parent)

    assert len(declare(program).all("aws:apigatewayv2/api:Api")) == 1
    assert created == ["y"]


def test_a_refused_api_has_no_domain() -> None:
    def program() -> None:
        domain = {"name": NAME, "certificate_arn": CERTIFICATE}
        with pytest.raises(InvalidArgs, match="cache_ttl"):
            AuthorizedHttpApi("wrong", api_args(domain=domain, cache_ttl=-1))
        AuthorizedHttpApi("orders", api_args(domain=domain))

    assert declare(program).only("aws:apigatewayv2/domainName:DomainName").name == "orders-domain"


@pytest.mark.parametrize("given", ["provider", "list", "mapping", "parent"])
def test_another_region_may_have_the_same_domain(given: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html: unique within a Region."""

    def program() -> None:
        domain = {"name": NAME, "certificate_arn": CERTIFICATE}
        AuthorizedHttpApi("orders", api_args(domain=domain))
        provider = aws.Provider("elsewhere", region="eu-central-1")
        opts = {
            "provider": pulumi.ResourceOptions(provider=provider),
            "list": pulumi.ResourceOptions(providers=[provider]),
            "mapping": pulumi.ResourceOptions(providers={"aws": provider}),
            "parent": pulumi.ResourceOptions(
                parent=pulumi.ComponentResource(
                    "test:index:Region", "region", None, pulumi.ResourceOptions(provider=provider)
                )
            ),
        }[given]
        AuthorizedHttpApi("elsewhere", api_args(domain=domain), opts)
        with pytest.raises(InvalidArgs, match='already the domain of AuthorizedHttpApi "elsewhere"'):
            AuthorizedHttpApi("third", api_args(domain=domain), opts)

    assert len(declare(program).all("aws:apigatewayv2/domainName:DomainName")) == 2


def test_what_was_claimed_goes_with_the_program() -> None:
    remembered = []
    for _ in range(4):
        declare(_two_apis(NAME, f"reports.{NAME}"))
        gc.collect()
        remembered.append(len(domain_claims._CLAIMS))

    assert remembered[3] == remembered[1]  # Pulumi itself holds on to the first program and the last
