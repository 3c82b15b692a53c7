"""What an API promises, and where it is: outputs, endpoints, what the authorizer trusts."""

import json
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.stub import Stubber

from authorizer.config import parse_config
from cli.check.account import Account
from cli.check.function import AuthorizerFunction
from cli.check.promises import Promises, RoutePromise, of_outputs
from cli.check.row import NotChecked, State
from cli.check.sender import SECONDS, Deadline
from cli.check.target import NotOurs, locate
from cli.check.trust_row import trust_row
from issuer.jwk import public_jwk
from issuer.signing_key import read_public_key, resolve_signing_key
from tests.issuer.local_kms import LocalKms


def test_the_outputs_of_a_program_with_one_api() -> None:
    (promises,) = of_outputs(json.dumps({"endpoint": "https://api/", "key_arn": "k", "issuer": "i", "audience": "a"}))

    assert promises == Promises(endpoint="https://api", key="k", issuer="i", audience="a", audiences=frozenset({"a"}))


def test_the_outputs_of_a_program_with_several() -> None:
    routes = {
        "GET /": {"scopes": ["a", "b"]},
        "GET /any": {"scopes": ["a", "b"], "scopes_match": "any"},
        "GET /health": {"public": True},
    }
    orders = {
        "endpoint": "https://orders",
        "audience": ["x", "y"],
        "trusted_issuers": ["https://other"],
        "routes": routes,
        "cache_ttl": 0,
        "leeway_seconds": 5,
        "access_logs": False,
        "disable_default_endpoint": True,
        "role_actions": ["s3:GetObject"],
    }
    outputs = {"apis": {"orders": orders, "reports": {"endpoint": "https://reports"}}, "key_alias": "alias/k"}
    first, second = of_outputs(json.dumps(outputs))

    assert first == Promises(
        name="orders",
        endpoint="https://orders",
        key="alias/k",
        audience="x",
        audiences=frozenset({"x", "y"}),
        trusted_issuers=frozenset({"https://other"}),
        routes={
            "GET /": RoutePromise(scopes=("a", "b")),
            "GET /any": RoutePromise(scopes=("a", "b"), match_any=True),
            "GET /health": RoutePromise(public=True),
        },
        cache_ttl=0,
        leeway_seconds=5,
        access_logs=False,
        disable_default_endpoint=True,
        role_actions=frozenset({"s3:GetObject"}),
    )
    assert (second.name, second.endpoint, second.routes, second.disable_default_endpoint) == (
        "reports",
        "https://reports",
        None,
        None,
    )


def _account(endpoint: str) -> Account:
    """Of a region whose API Gateway is at ``endpoint``, and has no custom domain."""
    gateway = SimpleNamespace(meta=SimpleNamespace(endpoint_url=endpoint), get_api_mappings=lambda **_: {"Items": []})
    kms = SimpleNamespace(meta=SimpleNamespace(region_name="eu-west-1"))
    return Account(cast("Any", kms), lambda _: gateway)


AWS = "https://apigateway.eu-west-1.amazonaws.com"
EMULATOR = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("service", "endpoint", "expected"),
    [
        (AWS, "https://a1b2.execute-api.eu-west-1.amazonaws.com", ("a1b2", "$default")),
        (AWS, "https://a1b2.execute-api.eu-west-1.amazonaws.com/prod", ("a1b2", "prod")),
        (EMULATOR, "http://127.0.0.1:4566/_aws/execute-api/a1b2", ("a1b2", "$default")),
        (EMULATOR, "http://127.0.0.1:4566/_aws/execute-api/a1b2/prod", ("a1b2", "prod")),
        (EMULATOR, "http://a1b2.execute-api.localhost:4566", ("a1b2", "$default")),
        (EMULATOR, "http://127.0.0.1:4567/_aws/execute-api/a1b2", None),
        (EMULATOR, "http://localhost:4566/_aws/execute-api/a1b2", None),
        (AWS, "https://example.com/_aws/execute-api/a1b2", None),
        (AWS, "http://a1b2.execute-api.eu-west-1.amazonaws.com", None),
        (AWS, "https://a1b2.execute-api.eu-west-1.amazonaws.com.evil.example", None),
        (AWS, "https://a1b2.execute-api.us-east-1.amazonaws.com", None),
        (AWS, "https://example.com/\n", None),
        (AWS, "http://", None),
        (AWS, "", None),
    ],
)
def test_where_an_endpoint_leads(service: str, endpoint: str, expected: tuple[str, str] | None) -> None:
    if expected is None:
        with pytest.raises(NotOurs):
            locate(Promises(endpoint=endpoint), _account(service))
        return
    target = locate(Promises(endpoint=endpoint), _account(service))
    assert (target.api_id, target.stage, target.url) == (*expected, endpoint)


ISSUER, ROUTES = "https://auth.example.com", {"GET /": {"scopes": ["a", "b"]}, "POST /": {"scopes": ["w"]}}


ANY = {"scopes": ["a", "b"], "scopes_match": "any"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"issuers": [ISSUER, "https://evil"]}, "trusts the issuer https://evil, which is not promised"),
        ({"issuers": ["https://evil"]}, f"does not trust the issuer {ISSUER}"),
        ({"audiences": ["orders", "all"]}, "trusts the audience all, which is not promised"),
        ({"leeway_seconds": 300}, "a leeway of 300 s, not 0 s"),
        ({"routes": {**ROUTES, "POST /": {}}}, "requires no scope of POST /, not w"),
        ({"routes": {**ROUTES, "GET /": ANY}}, "requires a or b of GET /, not a and b"),
        ({"routes": {"GET /": ROUTES["GET /"]}}, "denies every token at POST /"),
        ({"routes": {**ROUTES, "GET /x": {}}}, "lets tokens in at GET /x, which is not promised"),
        ({"routes": None}, "requires no scopes"),
        ({"keys": "other"}, "trusts a wrong key: "),
        ({"keys": "more"}, "trusts the key other, which is not promised"),
        ({"trusted_issuers": "one"}, "trusts the other issuer https://evil, which is not promised"),
        ({"trusted_issuers": "two with one kid"}, "trusts the other issuer https://worse, which is not promised"),
    ],
)  # fmt: skip
def test_what_the_authorizer_trusts(change: dict[str, Any], found: str | None) -> None:
    kms: Any = LocalKms()
    for name in ("key", "other"):
        kms.create(name, "ECC_NIST_P256")
    ours, other = (public_jwk(read_public_key(kms, name), resolve_signing_key(kms, name)) for name in ("key", "other"))
    keys = {"other": [{**other, "kid": ours["kid"]}], "more": [ours, {**other, "kid": "other"}]}
    keys_of_theirs = [{**other, "kid": "theirs"}]
    names = {"one": ["evil"], "two with one kid": ["evil", "worse"]}.get(change.get("trusted_issuers", ""), [])
    trusted = [
        {"name": name, "issuers": [f"https://{name}"], "audiences": ["x"], "keys": keys_of_theirs, "scopes": []}
        for name in names
    ]
    document = {"version": 1, "issuers": [ISSUER], "audiences": ["orders"], "keys": [ours], "routes": ROUTES, **change}
    document |= {"keys": keys[change["keys"]]} if "keys" in change else {}
    document |= {"trusted_issuers": trusted} if "trusted_issuers" in change else {}
    document = {name: value for name, value in document.items() if value is not None}
    promises = Promises(
        issuer=ISSUER,
        audience="orders",
        audiences=frozenset({"orders"}),
        routes={key: RoutePromise(scopes=tuple(route["scopes"])) for key, route in ROUTES.items()},
        leeway_seconds=0,
        jwks=[ours],
    )
    function: Any = SimpleNamespace(document=document, config=parse_config(document))
    (row,) = trust_row(cast("AuthorizerFunction", function), promises, ours["kid"], Account(kms, lambda _: None))

    assert (row.state is State.BROKEN) == (found is not None)
    assert (found or "1 key, orders, leeway 0 s") in row.found


def test_no_call_of_aws_begins_after_the_deadline() -> None:
    """Neither of a client that was there before, nor of one that is made meanwhile."""
    now = 0.0
    session = boto3.Session("test", "test", region_name="eu-west-1")
    kms: Any = session.client("kms")
    account = Account(kms, lambda service: session.client(cast("Any", service)))
    with account.until(Deadline(lambda: now)):
        iam = account.iam
        now = SECONDS
        for call in (kms.list_keys, iam.list_users):
            with pytest.raises(NotChecked, match="no time left"):
                call()
    with Stubber(kms) as stubbed:
        stubbed.add_response("list_keys", {"Keys": []})
        assert kms.list_keys()["Keys"] == []
