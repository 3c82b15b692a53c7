"""Other trusted issuers, as they reach ``config.json``."""

import functools
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from components import InvalidArgs
from components.testing import Recording
from testkit.signers import signer

from .example import BACKEND, declare_api

TRUSTED_ISSUER = "https://other.example.com"
KEY = rsa.generate_private_key(65537, 2048)
PLAIN = {"GET /orders": {"integration": {"lambda_arn": BACKEND}}}
JWK: dict[str, Any] = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "p1", "alg": "RS256"}


def _new_jwk() -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)}


@functools.cache
def _own_jwk() -> dict[str, Any]:
    return {**_new_jwk(), "kid": "own", "alg": "RS256"}


def _jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": [{name: value for name, value in key.items() if name != "key_ops"} for key in keys]})


def _verifier(recording: Recording) -> Verifier:
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    return Verifier(json.loads(code.assets["config.json"].text))


def _declare(**changes: Any) -> Recording:
    trusted_issuer = {
        "issuer": TRUSTED_ISSUER,
        "audience": ["other-orders"],
        "jwks": _jwks(JWK),
        "scopes": [],
        **changes,
    }
    own = _jwks(_own_jwk())
    return declare_api(keys={"jwks": [own]}, trusted_issuers=[trusted_issuer])


def _token(**changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": TRUSTED_ISSUER, "aud": "other-orders", "sub": "bob", "iat": now, "exp": now + 60, **changes}
    return jwt.encode(claims, KEY, "RS256", headers={"kid": "p1"})


def test_its_tokens_are_accepted_and_its_key_is_trusted_for_no_other_issuer() -> None:
    verifier = _verifier(_declare())

    assert verifier.verify(_token(), route_key="POST /orders")["sub"] == "bob"
    with pytest.raises(Denied) as denied:
        verifier.verify(_token(iss="https://auth.example.com", aud="orders"), route_key="POST /orders")
    assert denied.value.reason == Reason.WRONG_ISSUER


def test_the_audience_may_be_in_another_claim() -> None:
    verifier = _verifier(_declare(audience_claim="client_id", audience=["app"]))

    assert verifier.verify(_token(client_id="app"), route_key="POST /orders")["client_id"] == "app"


def test_a_mixed_jwks() -> None:
    encryption = {**JWK, "kid": "e1", "use": "enc", "alg": "RSA-OAEP"}
    jwks = _jwks(JWK, {**_new_jwk(), "kid": "p2"}, encryption, {**_new_jwk(), "kid": "p3", "alg": "PS256"})

    assert set(_verifier(_declare(jwks=jwks)).config.trusted_issuer_rules) == {"p1", "p3"}
    assert set(_verifier(_declare(jwks=jwks, algorithms=["RS256"])).config.trusted_issuer_rules) == {"p1", "p2"}


def _config(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    own = _jwks(_own_jwk())
    recording = declare_api(**{"keys": {"jwks": [own]}, "trusted_issuers": list(entries), **changes})
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    config: dict[str, Any] = json.loads(code.assets["config.json"].text)
    return config


def _entry(issuer: str, **changes: Any) -> dict[str, Any]:
    return {"issuer": issuer, "audience": ["orders"], "jwks": _jwks(JWK), "scopes": [], **changes}


def test_what_is_set_arrives() -> None:
    rules: dict[str, Any] = {
        "token_types": [""],
        "required_claims": ["jti"],
        "expected_claims": {"groups": ["staff", 7]},
        "client_ids": ["web"],
        "leeway_seconds": 5,
        "max_token_age_seconds": 86400,
        "max_token_lifetime_seconds": 90000,
        "scope_claims": [["https://api.example.com/roles"], ["realm_access", "roles"]],
        "scope_mapping": {"Order Readers": ["orders:read"]},
        "scopes": ["orders:read"],
    }
    aliases = ["https://sts.example.com/t/"]
    (entry,) = _config(_entry(TRUSTED_ISSUER, name="partner", issuer_aliases=aliases, **rules))["trusted_issuers"]

    assert [key["kid"] for key in entry.pop("keys")] == ["p1"]
    assert entry == {
        "name": "partner",
        "issuers": [TRUSTED_ISSUER, *aliases],
        "audiences": ["orders"],
        "audience_claim": "aud",
        **rules,
    }


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([{}], ["other.example.com"]),
        ([{"name": "partner"}], ["partner"]),
        ([{"issuer": "https://Login.Example.com:8443/t/v2.0"}], ["login.example.com"]),
        # The same host for two, no host, hosts that are no names, and a name that another one has.
        ([{"issuer": "https://a.example.com/1"}, {"issuer": "https://a.example.com/2"}], ["issuer-1", "issuer-2"]),
        ([{"issuer": "accounts.example.com"}], ["issuer-1"]),
        ([{"issuer": "https://[::1"}], ["issuer-1"]),
        ([{"issuer": "https://b\u00fccher.example.com"}], ["issuer-1"]),
        ([{"issuer": f"https://{'x' * 65}.example.com"}], ["issuer-1"]),
        ([{"issuer": "https://own"}], ["issuer-1"]),
        (
            [{"issuer": "https://a.example.com"}, {"issuer": "https://b.example.com", "name": "a.example.com"}],
            ["issuer-1", "a.example.com"],
        ),
    ],
)
def test_names(entries: list[dict[str, Any]], names: list[str]) -> None:
    config = _config(*({**_entry(TRUSTED_ISSUER), **entry} for entry in entries))

    assert [entry["name"] for entry in config["trusted_issuers"]] == names


def test_the_key_set_of_aws_sts() -> None:
    """Its RSA key has no ``alg``, so with ES384 alone it is no reason not to start; with both, both are used."""
    elliptic = signer("ES384", "sts").jwk
    jwks = _jwks({**_new_jwk(), "kid": "RSA_0", "use": "sig"}, {**elliptic, "kid": "EC384_0"})

    for algorithms, kids in ((["ES384"], {"EC384_0"}), (["RS256", "ES384"], {"RSA_0", "EC384_0"})):
        config = _config(_entry(TRUSTED_ISSUER, jwks=jwks, algorithms=algorithms))
        assert set(Verifier(config).config.trusted_issuer_rules) == kids


def test_two_versions_of_one_tenant_with_one_key_set() -> None:
    jwks = _jwks({**JWK, "x5t": "p1", "x5c": ["AA"], "issuer": "https://login.example.com/{tenantid}/v2.0"})
    v1 = _entry("https://sts.example.com/t/", audience=["api://orders"], jwks=jwks)
    v2 = _entry("https://login.example.com/t/v2.0", audience=["1-2-3"], jwks=jwks)
    verifier = Verifier(_config(v1, v2, routes=PLAIN))

    for issuer, audience in (
        ("https://sts.example.com/t/", "api://orders"),
        ("https://login.example.com/t/v2.0", "1-2-3"),
    ):
        assert verifier.verify(_token(iss=issuer, aud=audience), route_key="GET /orders")["iss"] == issuer


def test_an_api_without_scopes_asks_nobody_for_a_ceiling() -> None:
    entry = _entry(TRUSTED_ISSUER)
    del entry["scopes"]

    assert "scopes" not in _config(entry, routes=PLAIN)["trusted_issuers"][0]


def test_the_maximum_age_of_our_tokens_is_not_theirs() -> None:
    verifier = Verifier(_config(_entry(TRUSTED_ISSUER), routes=PLAIN))
    old = int(time.time()) - 80000

    assert verifier.verify(_token(aud="orders", iat=old), route_key="GET /orders")["iat"] == old
    assert verifier.config.rules.claims.max_token_age_seconds == 3600


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": ""}, "trusted_issuers[0].issuer: must be a string that is not empty"),
        ({"audience": []}, "trusted_issuers[0].audience: must be a list of at least one value"),
        ({"algorithms": ["HS256"]}, "trusted_issuers[0].algorithms[0]: must be one of"),
        ({"algorithms": []}, "trusted_issuers[0].algorithms: must not be empty"),
        (
            {"algorithms": ["ES256"]},
            "trusted_issuers[0].jwks: has no key that the authorizer can use:\n    keys[0] ('p1'): alg 'RS256' is not one",
        ),
        ({"jwks": "{}"}, "trusted_issuers[0].jwks: must be the JSON of a JWKS"),
        ({"jwks": "https://x"}, "trusted_issuers[0].jwks: must be the JSON of a JWKS"),
        ({"jwks": None}, "trusted_issuers[0].jwks: missing"),
        (
            {"name": "a b"},
            "trusted_issuers[0].name: must be 1 to 64 letters, digits and -_. and not 'own', and is 'a b'",
        ),
        (
            {"issuer_aliases": ["https://a", ""]},
            "trusted_issuers[0].issuer_aliases[1]: must be a string that is not empty",
        ),
        (
            {"issuer_aliases": ["https://a", "https://auth.example.com"]},
            "trusted_issuers[0].issuer_aliases[1]: 'https://auth.example.com' is already trusted",
        ),
        ({"token_types": []}, "trusted_issuers[0].token_types: must be a list of at least one value"),
        ({"expected_claims": {"a": []}}, "trusted_issuers[0].expected_claims.a: must be a list of at least one value"),
        ({"client_ids": []}, "trusted_issuers[0].client_ids: must be a list of at least one value"),
        ({"leeway_seconds": 301}, "trusted_issuers[0].leeway_seconds: must be an integer from 0 to 300"),
        ({"max_token_age_seconds": 0}, "trusted_issuers[0].max_token_age_seconds: must be an integer from 1"),
        ({"scope_claims": [[]]}, "trusted_issuers[0].scope_claims[0]: must be a list of the names of members"),
        ({"scope_mapping": {"a": ["b c"]}}, "trusted_issuers[0].scope_mapping.a[0]: must be one scope"),
        ({"scope_mapping": {"a": ["b"]}}, "trusted_issuers[0].scopes: does not contain b, which scope_mapping gives"),
        ({"scopes": None}, "trusted_issuers[0].scopes: missing: list those of orders:read"),
        ({"scope": ["x"]}, "trusted_issuers[0].scope: unknown key: did you mean scopes?"),
    ],
)
def test_bad_input_names_the_path(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _declare(**changes)
    assert str(refused.value).count(f"\n  {fault}") == 1
