"""The configuration of a stack: what one part of it makes of another."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.lambda_authorizer.config_stand_ins import stand_in_jwks
from components.testing import ACCOUNT, Recording
from stack_config import StackConfig, read_stack_config
from stack_domains import with_domain
from testkit.signers import signer

from .example import CERTIFICATE

ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/deployer"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
OTHER_WITH_PATH = f"arn:aws:iam::{ACCOUNT}:role/path/other"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/other/orders"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
NAMED = {"administrators": [ADMINISTRATOR], "readers": [READER]}


@pytest.fixture(autouse=True)
def _stack() -> Iterator[None]:
    pulumi.runtime.set_mocks(Recording(preview=False), project="shop", stack="test")
    yield
    pulumi.runtime.set_all_config({})


def _read(signing_keys: dict[str, Any], **api: Any) -> StackConfig:
    apis = {"orders": {"issuer": "https://auth.example.com", "audience": ["orders"], "routes": {"GET /": {}}, **api}}
    values = {"signing_keys": signing_keys, "apis": apis, "whoami": True}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})
    return read_stack_config()


def test_every_spelling_of_another_issuer_is_promised() -> None:
    jwks = json.dumps({"keys": [signer("ES256", "partner").jwk]})
    partner = {"issuer": "https://a", "issuer_aliases": ["https://a/v1"], "audience": ["orders"], "jwks": jwks}

    config = _read({}, trusted_issuers=[partner, {**partner, "issuer": "https://b", "issuer_aliases": []}])

    assert config.promises("orders")["trusted_issuers"] == ["https://a", "https://a/v1", "https://b"]


def test_a_created_role_that_could_never_read_the_keys_is_refused() -> None:
    with pytest.raises(InvalidArgs) as refused:
        _read(NAMED, keys={"source": "kms"})

    (fault,) = refused.value.errors or []
    assert fault["property_path"] == "apis.orders.keys.source"
    assert "signing_keys.administrators and signing_keys.readers allow only the listed principals" in fault["reason"]
    assert "as role.arn, omit signing_keys.readers, or pin the keys" in fault["reason"]


def test_a_role_that_is_not_among_those_named_is_refused() -> None:
    with pytest.raises(InvalidArgs, match=r"apis\.orders\.role\.arn: '.*role/other' may not read the keys"):
        _read(NAMED, keys={"source": "kms"}, role={"arn": OTHER})


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::999999999999:root",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other-one/ci",
        "arn:aws:sts::999999999999:assumed-role/other/orders",
        f"arn:aws:sts::{ACCOUNT}:federated-user/other",
    ],
)
@pytest.mark.parametrize("key", ["administrators", "readers", "signers"])
def test_an_account_or_a_session_that_is_not_the_roles_lets_it_read_nothing(key: str, principal: str) -> None:
    with pytest.raises(InvalidArgs, match=r"apis\.orders\.role\.arn: '.*role/other' may not read the keys"):
        _read({**NAMED, key: [principal]}, keys={"source": "kms"}, role={"arn": OTHER})


def test_no_session_is_that_of_a_role_still_to_be_created() -> None:
    with pytest.raises(InvalidArgs, match=r"apis\.orders\.keys\.source: is kms, but the role that is created"):
        _read({**NAMED, "readers": [SESSION]}, keys={"source": "kms"})


@pytest.mark.parametrize(
    ("api", "fault"),
    [
        ({"keys": "kms"}, "apis.orders.keys: must be an object, and is 'kms'"),
        ({"keys": ["kms"]}, "apis.orders.keys: must be an object, and is a list"),
        ({"keys": {"jwks": ["{}"]}}, "apis.orders.keys.jwks: is supplied by the program: remove it"),
        ({"keys": {"source": "kms", "jwks": []}}, "apis.orders.keys.jwks: is supplied by the program: remove it"),
        (
            {"keys": {"source": "kms", "kms_keys": [{"arn": "?"}]}},
            "apis.orders.keys.kms_keys: is supplied by the program: remove it",
        ),
        ({"keys": {"kms_keys": []}}, "apis.orders.keys.kms_keys: is supplied by the program: remove it"),
        ({"routes": {"GET /a": "pubilc"}}, 'apis.orders.routes["GET /a"]: must be "public", a list of scopes such as'),
        ({"routes": {"GET /a": False}}, 'apis.orders.routes["GET /a"]: must be "public", a list of scopes such as'),
        ({"routes": ["GET /a"]}, "apis.orders.routes: must be an object, and is a list"),
    ],
)
def test_nothing_that_is_written_is_replaced_unseen(api: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _read({}, **api)

    assert fault in str(refused.value)


@pytest.mark.parametrize("apis", [["orders"], "orders", {"orders": "public"}, {"orders": None}])
def test_apis_that_are_no_objects(apis: object) -> None:
    pulumi.runtime.set_all_config({"shop:apis": json.dumps(apis)})
    with pytest.raises(InvalidArgs, match=r"apis(\.orders)?: must be an object, and is "):
        read_stack_config()


@pytest.mark.parametrize("api", [{}, {"keys": None}, {"keys": {"jwks": None}}, {"routes": {"GET /": None}}])
def test_what_is_left_empty_is_supplied(api: dict[str, Any]) -> None:
    _read({}, **api)


@pytest.mark.parametrize(
    ("signing_keys", "api"),
    [
        (NAMED, {}),
        (NAMED, {"keys": {"source": "kms"}, "role": {"arn": READER}}),
        (NAMED, {"keys": {"source": "kms"}, "role": {"arn": ADMINISTRATOR}}),
        ({**NAMED, "signers": [OTHER]}, {"keys": {"source": "kms"}, "role": {"arn": OTHER}}),
        ({**NAMED, "readers": [READER, ROOT]}, {"keys": {"source": "kms"}}),
        ({**NAMED, "readers": [READER, ROOT]}, {"keys": {"source": "kms"}, "role": {"arn": OTHER}}),
        ({**NAMED, "readers": [SESSION]}, {"keys": {"source": "kms"}, "role": {"arn": OTHER}}),
        ({**NAMED, "readers": [SESSION]}, {"keys": {"source": "kms"}, "role": {"arn": OTHER_WITH_PATH}}),
        ({"administrators": [ADMINISTRATOR]}, {"keys": {"source": "kms"}}),
        ({"readers": [READER]}, {"keys": {"source": "kms"}}),
    ],
)
def test_who_may_read_the_keys_is_accepted(signing_keys: dict[str, Any], api: dict[str, Any]) -> None:
    _read(signing_keys, **api)


def test_an_api_promises_what_its_configuration_says() -> None:
    """The outputs against which `kms-jwt check` holds what is deployed."""
    defaults = {
        "issuer": "https://auth.example.com",
        "audience": ["orders"],
        "trusted_issuers": [],
        "cache_ttl": 60,
        "leeway_seconds": 0,
        "access_logs": True,
        "disable_default_endpoint": False,
        "role_actions": [],
        "routes": {"GET /": {}},
    }
    assert _read({}).promises("orders") == defaults

    read_secrets = {"actions": ["secretsmanager:GetSecretValue"], "resources": ["arn:aws:s3:::bucket/*"]}
    config = _read(
        {},
        policy={"leeway_seconds": 5},
        role={"policy_statements": [read_secrets]},
        trusted_issuers=[
            {"issuer": "https://other.example.com", "audience": ["orders"], "scopes": [], "jwks": stand_in_jwks(1)}
        ],
        routes={"GET /": {"scopes": ["a", "b"], "scopes_match": "any"}, "GET /health": {"public": True}},
        cache_ttl=0,
        stage={"access_logs": False},
    )
    assert config.promises("orders") == {
        **defaults,
        "trusted_issuers": ["https://other.example.com"],
        "cache_ttl": 0,
        "leeway_seconds": 5,
        "access_logs": False,
        "role_actions": ["secretsmanager:GetSecretValue"],
        "routes": {"GET /": {"scopes": ["a", "b"], "scopes_match": "any"}, "GET /health": {"public": True}},
    }


def test_what_is_promised_has_the_defaults_of_the_api_and_no_short_forms() -> None:
    routes = {
        "GET /": {},
        "GET /a": ["a"],
        "GET /none": [],
        "GET /health": "public",
        "GET /any": {"scopes_match": "any"},
    }
    config = _read({}, scopes=["orders:read"], routes={**routes, "GET /empty": None})

    assert config.promises("orders")["routes"] == {
        "GET /": {"scopes": ["orders:read"]},
        "GET /a": {"scopes": ["a"]},
        "GET /none": {"scopes": []},
        "GET /health": {"public": True},
        "GET /any": {"scopes": ["orders:read"], "scopes_match": "any"},
        "GET /empty": {"scopes": ["orders:read"]},
    }


def test_whoami_is_the_integration_of_an_api_that_has_none() -> None:
    def integration(**api: Any) -> Any:
        config = _read({}, **api)
        return config.api_args("orders", "", [], "arn:of:whoami", None, None).get("integration")

    assert integration() == {"lambda_arn": "arn:of:whoami"}
    assert integration(integration=None) == {"lambda_arn": "arn:of:whoami"}
    assert integration(integration={"http_url": "https://backend/"}) == {"http_url": "https://backend/"}


def test_without_whoami_a_route_needs_a_backend() -> None:
    api = {"issuer": "https://auth.example.com", "audience": ["orders"], "routes": {"GET /": ["a"]}}
    pulumi.runtime.set_all_config({"shop:apis": json.dumps({"orders": api})})

    with pytest.raises(InvalidArgs, match=r'apis\.orders\.routes\["GET /"\]\.integration: missing: write the backend'):
        read_stack_config()


CLIENT = {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}


def _read_service(service: Any, signing_keys: dict[str, Any] | None = None, **api: Any) -> StackConfig:
    apis = {"orders": {"audience": ["orders"], "routes": {"GET /": {}}, **api}}
    values = {"signing_keys": signing_keys or {}, "apis": apis, "whoami": True, "token_service": service}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})
    return read_stack_config()


def _denylist(value: object, **api: Any) -> StackConfig:
    apis = {"orders": {"issuer": "https://auth.example.com", "audience": ["orders"], "routes": {"GET /": {}}, **api}}
    values = {"signing_keys": {}, "apis": apis, "whoami": True, "denylist": value}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})
    return read_stack_config()


def test_an_api_without_an_issuer_gets_that_of_the_token_service() -> None:
    config = _read_service({"clients": {"billing": CLIENT}})

    assert config.api_args("orders", "", [], None, "https://tokens", None)["issuer"] == "https://tokens"
    assert config.promises("orders", "https://tokens")["issuer"] == "https://tokens"
    other = _read_service({"clients": {"billing": CLIENT}}, issuer="https://auth.example.com")
    assert other.api_args("orders", "", [], None, "https://tokens", None)["issuer"] == "https://auth.example.com"
    assert other.promises("orders", "https://tokens")["issuer"] == "https://auth.example.com"


def test_without_a_token_service_an_api_needs_an_issuer() -> None:
    for nothing in ("{}", "null"):
        with pytest.raises(InvalidArgs, match=r"apis\.orders\.issuer: missing"):
            _read_service(json.loads(nothing))


def test_the_token_service_signs_where_signers_are_named_and_only_there() -> None:
    service = {"clients": {"billing": CLIENT}}

    assert "signers" not in _read_service(service).keys_args(OTHER)
    assert _read_service(service, {"signers": [READER]}).keys_args(OTHER)["signers"] == [READER, OTHER]
    assert _read_service(service, {"signers": [READER]}).keys_args(None)["signers"] == [READER]


def test_the_tags_of_the_token_service_are_those_of_its_role() -> None:
    service = {"clients": {"billing": CLIENT}}

    assert _read_service({**service, "tags": {"team": "a"}}).token_role_args() == {"tags": {"team": "a"}}
    assert _read_service(service).token_role_args() == {}


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        ("tokens", "token_service: must be an object, and is 'tokens'"),
        ({"clients": {"billing": {}}}, "token_service.clients.billing.scopes: missing"),
        ({"clients": {"billing": CLIENT}, "role": {}}, "token_service.role: is supplied by the program: remove it"),
        ({"clients": {"billing": CLIENT}, "keys": {}}, "token_service.keys: is supplied by the program: remove it"),
        (
            {"clients": {"billing": CLIENT}, "signing_keys": {}},
            "token_service.signing_keys: are those of the stack: write them in its key signing_keys",
        ),
        (
            {"clients": {"billing": {**CLIENT, "lifetime_seconds": 7200}}},
            "token_service.clients.billing.lifetime_seconds: is 7200, but signing_keys.max_token_lifetime_seconds is 3600",
        ),
        (
            {
                "clients": {"billing": CLIENT},
                "domain": {"name": "orders.example.com", "certificate_arn": CERTIFICATE},
            },
            "token_service.domain.name: 'orders.example.com' is already the domain of apis.orders",
        ),
    ],
)
def test_a_token_service_that_is_refused(service: Any, fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _read_service(service, domain={"name": "orders.example.com", "certificate_arn": CERTIFICATE})
    assert fault in str(refused.value)


def test_no_api_has_the_name_of_the_token_service() -> None:
    apis = {"tokens": {"audience": ["orders"], "routes": {"GET /": {}}}}
    values = {"apis": apis, "whoami": True, "token_service": {"clients": {"billing": CLIENT}}}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})

    with pytest.raises(InvalidArgs, match=r"apis\.tokens: is the name of the token service: write another"):
        read_stack_config()


def _api_denylist(config: StackConfig) -> Any:
    bucket = "the-bucket" if config.denylist else None
    return config.api_args("orders", stand_in_jwks(), [], None, None, bucket).get("denylist")


def test_all_apis_of_a_stack_share_its_denylist() -> None:
    config = _denylist(True)
    assert _api_denylist(config) == {"bucket": "the-bucket"}
    assert config.promises("orders")["denylist_refresh_seconds"] == 60

    config = _denylist(True, denylist={"refresh_seconds": 5})
    assert _api_denylist(config) == {"refresh_seconds": 5, "bucket": "the-bucket"}
    assert config.promises("orders")["denylist_refresh_seconds"] == 5


def test_without_a_denylist_nothing_is_promised_of_one() -> None:
    config = _denylist(False)

    assert _api_denylist(config) is None
    assert "denylist_refresh_seconds" not in config.promises("orders")


def test_a_bucket_of_another_stack() -> None:
    config = _denylist(False, denylist={"bucket": "shared"})

    assert _api_denylist(config) == {"bucket": "shared"}
    assert config.promises("orders")["denylist_refresh_seconds"] == 60


@pytest.mark.parametrize(
    ("value", "api", "fault"),
    [
        ("yes", {}, "denylist: must be true or false, and is 'yes'"),
        (True, {"denylist": {"bucket": "mine"}}, "apis.orders.denylist.bucket: is supplied by the program: remove it"),
        (True, {"denylist": 5}, "apis.orders.denylist: must be an object"),
        (False, {"denylist": {"refresh_seconds": 5}}, "apis.orders.denylist.bucket: missing"),
    ],
)
def test_a_denylist_that_is_configured_wrongly(value: object, api: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _denylist(value, **api)

    assert fault in str(refused.value)


SHARED = {"public": {"domain_name": "api.example.com", "certificate_arn": CERTIFICATE}}


def _domains(domains: Any, *given: dict[str, Any], service: dict[str, Any] | None = None) -> StackConfig:
    issuer = {"issuer": "https://auth.example.com"}
    apis = {
        f"api{number}": {**issuer, "audience": ["a"], "routes": {"GET /": {}}, "domain": _kept_open(domain)}
        for number, domain in enumerate(given, 1)
    }
    values = {"signing_keys": {}, "apis": apis, "whoami": True, "domains": domains}
    if service is not None:
        values["token_service"] = {"clients": {"billing": CLIENT}, "domain": _kept_open(service)}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})
    return read_stack_config()


def _kept_open(domain: dict[str, Any]) -> dict[str, Any]:
    return {"disable_default_endpoint": False, **domain}


def test_the_apis_and_the_token_service_of_a_stack_share_its_domain() -> None:
    domain = {"existing_name": "api.example.com"}
    config = _domains(SHARED, {**domain, "base_path": "v1"}, domain, service={**domain, "base_path": "auth"})
    output = pulumi.Output.from_input("api.example.com")

    args = config.api_args("api1", "", [], None, None, None)
    shared = with_domain(args, {config.domains["public"]["domain_name"]: output})
    assert shared["domain"]["existing_name"] is output
    assert with_domain(args, {"other.example.com": output}) is args


@pytest.mark.parametrize(
    ("domains", "given", "service", "fault"),
    [
        ("yes", [], None, "domains: must be an object, and is 'yes'"),
        (
            {"public": {"domain_name": "api.example.com"}},
            [],
            None,
            "domains.public: requires certificate_arn, or hosted_zone_id",
        ),
        (
            {**SHARED, "twin": SHARED["public"]},
            [],
            None,
            "domains.twin.domain_name: 'api.example.com' is already the domain of",
        ),
        (
            SHARED,
            [{"existing_name": "api.example.com", "base_path": "v1"}] * 2,
            None,
            "apis.api2.domain.base_path: 'v1' at 'api.example.com' is already that of apis.api1: write another",
        ),
        (
            {},
            [{"existing_name": "api.example.com"}],
            {"existing_name": "api.example.com"},
            "token_service.domain.base_path: missing: the root of 'api.example.com' is already that of apis.api1",
        ),
        (
            {},
            [
                {"name": "api.example.com", "certificate_arn": CERTIFICATE},
                {"existing_name": "api.example.com", "base_path": "b"},
            ],
            None,
            "apis.api2.domain.existing_name: 'api.example.com' is created by apis.api1: write it under domains instead, where",
        ),
    ],
)
def test_domains_of_a_stack_that_are_refused(domains: Any, given: Any, service: Any, fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _domains(domains, *given, service=service)
    assert fault in str(refused.value)
