"""A domain that several APIs share: its component, what refers to it, and which claims are refused."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components import AuthorizedHttpApi, Domain, InvalidArgs, TokenService
from components.testing import Recording, declare

from .example import CERTIFICATE, api_args, declare_api
from .registrations import registered

NAME = "api.example.com"
MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
DOMAIN_NAME = "aws:apigatewayv2/domainName:DomainName"
EXISTING: dict[str, Any] = {"existing_name": NAME, "disable_default_endpoint": False}
CLIENTS: dict[str, Any] = {
    "billing": {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": ["ef" * 32]},
}
MUTUAL_TLS: dict[str, Any] = {"truststore_uri": "s3://bucket/ca.pem"}


def _domain(name: Any = NAME, **more: Any) -> Domain:
    args: Any = {"domain_name": name, "certificate_arn": CERTIFICATE, **more}
    return Domain("shared", args)


def _api(name: str, domain: dict[str, Any], **changes: Any) -> AuthorizedHttpApi:
    given = {"disable_default_endpoint": False, **domain} if "existing_name" in domain else domain
    return AuthorizedHttpApi(name, api_args(domain=given, **changes))


def _tokens(domain: dict[str, Any]) -> TokenService:
    args: Any = {"clients": CLIENTS, "domain": {"disable_default_endpoint": False, **domain}}
    return TokenService("tokens", args)


def _mappings(recording: Recording) -> dict[str, tuple[str, str | None]]:
    return {item.name: (item.inputs["domainName"], item.inputs.get("apiMappingKey")) for item in recording.all(MAPPING)}


def test_apis_and_a_token_service_of_one_program() -> None:
    def program() -> dict[str, Any]:
        name = _domain(hosted_zone_id="Z1").domain_name
        orders = _api("orders", {"existing_name": name, "base_path": "orders"}, well_known={})
        reports = _api("reports", {"existing_name": name})
        tokens = _tokens({"existing_name": name, "base_path": "auth/v1"})
        return {
            "orders": [orders.api_endpoint, orders.jwks_uri, orders.domain_name],
            "reports": reports.api_endpoint,
            "tokens": [tokens.issuer, tokens.token_endpoint, tokens.jwks_uri, tokens.domain_name],
        }

    recording = declare(program)

    assert recording.outputs == {
        "orders": [f"https://{NAME}/orders", f"https://{NAME}/orders/.well-known/jwks.json", NAME],
        "reports": f"https://{NAME}",
        "tokens": [
            f"https://{NAME}/auth/v1",
            f"https://{NAME}/auth/v1/token",
            f"https://{NAME}/auth/v1/.well-known/jwks.json",
            NAME,
        ],
    }
    assert _mappings(recording) == {
        "orders-mapping": (NAME, "orders"),
        "reports-mapping": (NAME, None),
        "tokens-mapping": (NAME, "auth/v1"),
    }
    assert [item.name for item in recording.all(DOMAIN_NAME)] == ["shared-domain"]
    assert [item.name for item in recording.all("aws:route53/record:Record")] == ["shared-record-a"]


def test_a_domain_that_another_stack_has_created() -> None:
    recording = declare_api(domain={**EXISTING, "base_path": "orders"})

    assert _mappings(recording) == {"orders-mapping": (NAME, "orders")}
    assert not recording.all(DOMAIN_NAME)
    assert not recording.all("aws:route53/record:Record")


def test_the_domain_that_an_api_has_created_is_shared_by_its_output() -> None:
    def program() -> None:
        orders = _api("orders", {"name": NAME, "certificate_arn": CERTIFICATE, "base_path": "orders"})
        _api("reports", {"existing_name": orders.domain_name, "base_path": "reports"})

    assert _mappings(declare(program)) == {"orders-mapping": (NAME, "orders"), "reports-mapping": (NAME, "reports")}


def test_what_refers_to_a_domain_waits_for_it_and_its_records() -> None:
    def program() -> None:
        _api("orders", {"existing_name": _domain(hosted_zone_id="Z1").domain_name}, well_known={})

    requests = {urn.rpartition("::")[2]: request for urn, request in registered(program).items()}
    for name in ("orders-mapping", "orders-well-known-lambda"):
        needed = {urn.rpartition("::")[2] for urn in requests[name].dependencies}
        assert needed >= {"shared-domain", "shared-record-a"}


def test_the_target_for_records_of_ones_own() -> None:
    def program() -> dict[str, Any]:
        domain = _domain(tags={"team": "web"})
        return {"name": domain.domain_name, "target": domain.target_domain_name, "zone": domain.target_hosted_zone_id}

    recording = declare(program)

    assert recording.outputs["name"] == NAME
    assert recording.outputs["target"].endswith(".execute-api.eu-west-1.amazonaws.com")
    assert recording.outputs["zone"] == "ZLY8HYME6SFDD"
    assert recording.only(DOMAIN_NAME).inputs["tags"] == {"team": "web"}


def _made(values: Mapping[str, Any]) -> Any:
    """``values`` with their Outputs, which can be made in a program only."""
    return {name: value() if callable(value) else value for name, value in values.items()}


def _refused(program: Callable[[], object]) -> str:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: program() and None)
    return str(refused.value)


@pytest.mark.parametrize(
    ("domain", "fault"),
    [
        ({"existing_name": "API"}, "domain.existing_name: must be a domain name in lower case"),
        (
            {"existing_name": lambda: pulumi.Output.from_input("API")},
            "domain.existing_name: must be a domain name in lower case",
        ),
        (
            {"existing_name": NAME, "name": NAME},
            "domain.existing_name: is a domain that exists, and name creates one: remove",
        ),
        (
            {"existing_name": NAME, "certificate_arn": CERTIFICATE},
            "domain.certificate_arn: belongs to where the domain is created: remove it here, or write name",
        ),
        ({"existing_name": NAME, "hosted_zone_id": "Z"}, "domain.hosted_zone_id: belongs to where"),
        ({"existing_name": NAME, "ip_address_type": "ipv4"}, "domain.ip_address_type: belongs to where"),
        ({"existing_name": NAME, "mutual_tls": MUTUAL_TLS}, "domain.mutual_tls: belongs to where"),
        (
            {"existing_name": NAME, "disable_default_endpoint": None},
            "domain.disable_default_endpoint: missing: an existing domain may require client certificates",
        ),
        ({"existing_name": NAME, "base_path": "/v1"}, "domain.base_path: must be a path without leading"),
        ({"existing_name": NAME, "host": "a.example.com"}, "domain.host: is for domain names with a wildcard"),
        ({"domain_name_id": NAME}, "domain.domain_name_id: unknown key"),
    ],
)
def test_bad_input_of_a_domain_that_exists(domain: dict[str, Any], fault: str) -> None:
    assert fault in _refused(lambda: _api("orders", _made(domain)))


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ({"domain_name": NAME}, "args: requires certificate_arn, or hosted_zone_id"),
        ({"certificate_arn": CERTIFICATE}, "domain_name: missing"),
        ({"domain_name": "API", "certificate_arn": CERTIFICATE}, "domain_name: must be a domain name in lower case"),
        (
            {"domain_name": lambda: pulumi.Output.from_input("API"), "certificate_arn": CERTIFICATE},
            "domain_name: must be a domain name in lower case",
        ),
        ({"domain_name": NAME, "certificate_arn": "a"}, "certificate_arn: must be the ARN of"),
        (
            {"domain_name": NAME, "certificate_arn": CERTIFICATE, "mutual_tls": {"truststore_uri": "x"}},
            "mutual_tls.truststore_uri: must be s3://",
        ),
    ],
)
def test_bad_input_of_a_domain(args: dict[str, Any], fault: str) -> None:
    assert fault in _refused(lambda: Domain("shared", _made(args)))


ORDERS = 'AuthorizedHttpApi "orders"'
PATHS = pytest.mark.parametrize(
    ("path", "fault"),
    [
        ({"base_path": "v1"}, f"domain.base_path: 'v1' at '{NAME}' is already that of "),
        ({}, f"domain.base_path: missing: the root of '{NAME}' is already that of "),
    ],
)


@PATHS
def test_one_path_for_two_is_told_before_anything_is_created(path: dict[str, str], fault: str) -> None:
    """Also where both refer to the output of what creates the domain."""

    def program() -> dict[str, Any]:
        refused: list[str] = []
        own = {"name": "own.example.com", "certificate_arn": CERTIFICATE, "base_path": "own"}
        for creator in (_domain().domain_name, "other.example.com", _api("own", own).domain_name):
            _api(f"first-{len(refused)}", {"existing_name": creator, **path})
            with pytest.raises(InvalidArgs, match="nothing was created") as error:
                _tokens({"existing_name": creator, **path})
            refused.append(str(error.value))
        return {"refused": refused}

    recording = declare(program)

    first, second, third = recording.outputs["refused"]
    assert f'{fault}AuthorizedHttpApi "first-0": write a' in first
    assert f'{fault.replace("api", "other")}AuthorizedHttpApi "first-1": write a' in second
    assert f'{fault.replace("api", "own")}AuthorizedHttpApi "first-2": write a' in third
    assert not [item for item in recording.resources if "tokens" in item.name]


@pytest.mark.parametrize("late", [(True, False), (False, True), (True, True)])
@PATHS
def test_one_path_for_two(late: tuple[bool, bool], path: dict[str, str], fault: str) -> None:
    first, second = (pulumi.Output.from_input(NAME) if is_late else NAME for is_late in late)

    def program() -> None:
        _api("orders", {"existing_name": first, **path})
        _tokens({"existing_name": second, **path})

    assert fault in _refused(program)


@PATHS
def test_a_preview_finds_what_is_known_of_outputs(path: dict[str, str], fault: str) -> None:
    """In other languages, which pass them on, and wherever a program makes another Output of one."""

    def program() -> None:
        name = _domain(hosted_zone_id="Z1").domain_name.apply(lambda name: name)
        _api("orders", {"existing_name": name, **path})
        _tokens({"existing_name": name, **path})

    with pytest.raises(InvalidArgs) as refused:
        declare(program, preview=True)
    assert fault in str(refused.value)


def test_two_domains_of_one_name() -> None:
    def program() -> None:
        _domain()
        _api("orders", {"name": NAME, "certificate_arn": CERTIFICATE, "base_path": "orders"})

    assert (
        f"domain.name: '{NAME}' is already the domain of Domain \"shared\": write another name, or share"
        in _refused(program)
    )


def test_a_domain_is_referred_to_by_the_output_of_what_creates_it() -> None:
    """Its name as text would be mapped before it exists, whichever is written first."""

    def created_first() -> None:
        _domain()
        _api("orders", EXISTING)

    def named_first() -> None:
        _api("orders", EXISTING)
        _domain()

    way_out = "write its output domain_name, so that the domain exists by then"
    assert f"domain.existing_name: '{NAME}' is created by Domain \"shared\": {way_out}" in _refused(created_first)
    assert f"domain_name: '{NAME}' is existing_name of {ORDERS}: {way_out}" in _refused(named_first)


def test_another_region_has_paths_of_its_own() -> None:
    def program() -> None:
        _api("orders", EXISTING)
        elsewhere = pulumi.ResourceOptions(provider=aws.Provider("elsewhere", region="eu-central-1"))
        AuthorizedHttpApi("reports", api_args(domain=EXISTING), elsewhere)

    assert len(declare(program).all(MAPPING)) == 2


BOUND: dict[str, Any] = {"policy": {"bound_tokens": "required"}}
CLOSED: dict[str, Any] = {"base_path": "orders", "disable_default_endpoint": True}


def test_bound_tokens_at_a_shared_domain_with_mutual_tls() -> None:
    def program() -> None:
        domain = {"existing_name": _domain(mutual_tls=MUTUAL_TLS).domain_name, "requires_client_certificates": True}
        _api("orders", {**domain, **CLOSED}, **BOUND)

    authorizer = declare(program).only("aws:apigatewayv2/authorizer:Authorizer").inputs
    assert "$context.identity.clientCert.clientCertPem" in authorizer["identitySources"]


@pytest.mark.parametrize(
    ("domain", "missing"),
    [
        (CLOSED, "requires_client_certificates and disable_default_endpoint: true"),
        (
            {**CLOSED, "requires_client_certificates": False},
            "requires_client_certificates and disable_default_endpoint: true",
        ),
        (
            {"requires_client_certificates": True, "disable_default_endpoint": False},
            "disable_default_endpoint: true",
        ),
    ],
)
def test_bound_tokens_need_the_word_that_there_is_mutual_tls(domain: dict[str, Any], missing: str) -> None:
    fault = f"policy.bound_tokens: requires a client certificate of every caller: write {missing} in domain"
    assert fault in _refused(lambda: _api("orders", {"existing_name": NAME, **domain}, **BOUND))


def test_a_wrong_word_is_found_where_the_program_creates_the_domain() -> None:
    def program() -> None:
        domain = {"existing_name": _domain().domain_name, "requires_client_certificates": True}
        _api("orders", {**domain, **CLOSED}, **BOUND)

    assert (
        f"domain.requires_client_certificates: is true, but Domain \"shared\" creates '{NAME}' without mutual_tls"
    ) in _refused(program)


WILDCARD = "*.example.com"


@pytest.mark.parametrize(
    "domain", [{"name": WILDCARD, "certificate_arn": CERTIFICATE}, {"existing_name": WILDCARD}], ids=["new", "existing"]
)
@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://orders-api.execute-api.eu-west-1.amazonaws.com"),
        ({"host": NAME}, f"https://{NAME}/v1"),
        ({"host": NAME, "disable_default_endpoint": True}, f"https://{NAME}/v1"),
    ],
)
def test_no_url_has_a_wildcard(domain: dict[str, Any], given: dict[str, Any], url: str) -> None:
    def program() -> dict[str, Any]:
        api = _api("orders", {**domain, **given, "base_path": "v1"}, well_known={})
        return {"urls": [api.api_endpoint, api.jwks_uri]}

    recording = declare(program)

    assert recording.outputs["urls"] == [url, f"{url}/.well-known/jwks.json"]
    assert _mappings(recording) == {"orders-mapping": (WILDCARD, "v1")}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"disable_default_endpoint": True}, "domain.host: missing: '*.example.com' is no host name"),
        ({"host": "a.b.example.com"}, "domain.host: must be a host name one level below '*.example.com', such as"),
        ({"host": WILDCARD}, "domain.host: must be a host name one level below"),
        ({"host": "example.com"}, "domain.host: must be a host name one level below"),
    ],
)
def test_a_host_that_the_wildcard_does_not_cover(late: bool, given: dict[str, Any], fault: str) -> None:
    name = pulumi.Output.from_input(WILDCARD) if late else WILDCARD
    assert fault in _refused(lambda: _api("orders", {"existing_name": name, **given}))
