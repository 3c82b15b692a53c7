"""A token for a client: the response of RFC 6749 section 5.1, and a token in the profile of RFC 9068."""

import jwt
import pytest
from jwt.algorithms import ECAlgorithm

from authorizer.verifier import Verifier
from testkit.tokens import NOW

from .service import GRANT, ISSUER, SECRET, ObservedService, basic, client, document, event, hashed

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def service() -> ObservedService:
    return ObservedService(document())


def test_the_response_has_all_that_clients_read(service: ObservedService) -> None:
    observed = service.send(event())

    assert observed.status == 200
    assert observed.headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "pragma": "no-cache",
    }
    assert {**observed.body, "access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "orders:read orders:write",
    }
    assert type(observed.body["expires_in"]) is int


def test_the_token_is_an_access_token_of_the_client(service: ObservedService) -> None:
    form = {**GRANT, "scope": "orders:read", "resource": "orders"}
    token = service.send(event(form)).body["access_token"]

    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "active", "typ": "at+jwt"}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert {**claims, "jti": ""} == {
        "iss": ISSUER,
        "aud": "orders",
        "sub": "billing",
        "client_id": "billing",
        "scope": "orders:read",
        "iat": NOW,
        "exp": NOW + 900,
        "jti": "",
    }


def test_the_authorizer_and_pyjwt_accept_it(service: ObservedService) -> None:
    token = service.send(event()).body["access_token"]
    public_key = service.kms.public_key("active")
    jwk = {**ECAlgorithm.to_jwk(public_key, as_dict=True), "kid": "active", "alg": "ES256"}
    policy = {
        "version": 1,
        "keys": [jwk],
        "issuers": [ISSUER],
        "audiences": ["orders"],
        "token_types": ["at+jwt"],
        "required_claims": ["sub", "client_id", "iat", "jti"],
        "routes": {"GET /orders": {"scopes": ["orders:read"]}},
    }

    claims = Verifier(policy).verify(token, route_key="GET /orders", now=NOW)
    options = {"verify_exp": False, "verify_iat": False}
    assert jwt.decode(token, public_key, ["ES256"], audience="orders", issuer=ISSUER, options=options) == claims  # type: ignore[arg-type]


def test_no_two_tokens_have_the_same_id(service: ObservedService) -> None:
    tokens = [service.send(event()).body["access_token"] for _ in range(20)]

    ids = {jwt.decode(token, options={"verify_signature": False})["jti"] for token in tokens}
    assert len(ids) == 20
    assert all(len(jti) == 32 for jti in ids)


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        (None, "orders:read orders:write"),
        ("", "orders:read orders:write"),  # a parameter without a value is one that was not sent
        ("orders:read", "orders:read"),
        ("orders:write orders:read", "orders:write orders:read"),
        ("orders:read orders:read", "orders:read"),
        (" orders:read  orders:write ", "orders:read orders:write"),
    ],
)
def test_scopes_are_those_asked_for_or_all(service: ObservedService, scope: str | None, granted: str) -> None:
    body = service.send(event(GRANT if scope is None else {**GRANT, "scope": scope})).body

    assert body["scope"] == granted
    assert jwt.decode(body["access_token"], options={"verify_signature": False})["scope"] == granted


@pytest.mark.parametrize(
    "scope",
    [
        "admin",
        "orders:read admin",
        "ORDERS:READ",
        "orders:read\torders:write",
        " ",
        "orders:*",
        "orders:read,orders:write",
    ],
)
def test_a_scope_that_the_client_may_not_have_is_refused_not_left_out(service: ObservedService, scope: str) -> None:
    before = service.signatures
    observed = service.send(event({**GRANT, "scope": scope}))

    assert observed.error == (400, "invalid_scope", "invalid_scope")
    assert observed.record["client"] == "billing"
    assert service.signatures == before


@pytest.mark.parametrize(
    ("resources", "audience"),
    [
        ([], ["orders", "https://invoices.example.com"]),
        ([""], ["orders", "https://invoices.example.com"]),
        (["orders"], "orders"),
        (["https://invoices.example.com"], "https://invoices.example.com"),
        (["https://invoices.example.com", "orders"], ["https://invoices.example.com", "orders"]),
        (["orders", "orders"], "orders"),
    ],
)
def test_audiences_are_the_resources_asked_for_or_all(
    service: ObservedService, resources: list[str], audience: object
) -> None:
    form = [*GRANT.items(), *(("resource", resource) for resource in resources)]
    token = service.send(event(form)).body["access_token"]

    assert jwt.decode(token, options={"verify_signature": False})["aud"] == audience


@pytest.mark.parametrize(
    "resource",
    [
        "https://other.example.com",
        "https://invoices.example.com/",
        "https://invoices.example.com#a",
        "HTTPS://invoices.example.com",
        "invoices.example.com",
        "Orders",
        "/orders",
        "http://[",
        "\x00",
    ],
)
def test_a_resource_that_is_none_of_the_clients_is_refused(service: ObservedService, resource: str) -> None:
    before = service.signatures
    for form in (
        [*GRANT.items(), ("resource", resource)],
        [*GRANT.items(), ("resource", "orders"), ("resource", resource)],
    ):
        assert service.send(event(form)).error == (400, "invalid_target", "invalid_target")
    assert service.signatures == before


def test_an_audience_parameter_is_unknown_and_ignored(service: ObservedService) -> None:
    token = service.send(event({**GRANT, "resource": "orders", "audience": "other"})).body["access_token"]

    assert jwt.decode(token, options={"verify_signature": False})["aud"] == "orders"


def test_a_client_has_its_own_lifetime() -> None:
    service = ObservedService(document(clients={"billing": client(lifetime_seconds=3600, audiences=["orders"])}))
    body = service.send(event(), NOW + 0.75).body

    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (body["expires_in"], claims["exp"] - claims["iat"], claims["iat"], claims["aud"]) == (
        3600,
        3600,
        NOW,
        "orders",
    )


def test_a_client_has_only_what_it_is_configured_with() -> None:
    other = client(scopes=["reports:read"], audiences=["reports"], secret_hashes=[hashed("another-secret")])
    service = ObservedService(document(clients={"billing": client(), "reports": other}))

    assert service.send(event({**GRANT, "scope": "reports:read"})).reason == "invalid_scope"
    assert service.send(event({**GRANT, "resource": "reports"})).reason == "invalid_target"
    assert service.send(event(headers=basic("reports", SECRET))).reason == "wrong_secret"
    assert service.send(event(headers=basic("reports", "another-secret"))).body["scope"] == "reports:read"
    assert service.signatures == 1
