"""Tokens that are bound to a client certificate: the cache is safe by construction, and every way in requires a certificate."""

import json
from typing import Any

import pytest

from components import InvalidArgs, JwtAuthorizer
from components.testing import Recording, declare
from testkit.signers import signer

from .example import BACKEND, CERTIFICATE, ISSUER, JWKS, declare_api

PEM = "$context.identity.clientCert.clientCertPem"
MUTUAL_TLS = {"mutual_tls": {"truststore_uri": "s3://bucket/ca.pem"}}
DOMAIN = {"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True, **MUTUAL_TLS}
OTHER_KEY = json.dumps({"keys": [signer("ES256", "partner").jwk]})
PARTNER = {"issuer": "https://partner.example.com", "audience": ["orders"], "jwks": JWKS, "scopes": []}


def _sources(recording: Recording) -> list[str]:
    sources: list[str] = recording.only("aws:apigatewayv2/authorizer:Authorizer").inputs["identitySources"]
    return sources


def _config(recording: Recording) -> dict[str, Any]:
    function = next(
        item for item in recording.all("aws:lambda/function:Function") if item.name.endswith("-function-lambda")
    )
    config: dict[str, Any] = json.loads(function.inputs["code"].assets["config.json"].text)
    return config


@pytest.mark.parametrize("word", ["accepted", "required"])
@pytest.mark.parametrize("more", [[], ["$request.header.X-Tenant"], [PEM], ["$context.identity.clientCert.subjectDN"]])
@pytest.mark.parametrize("ttl", [None, 1, 3600])
def test_the_certificate_is_in_the_key_of_every_cache(word: str, more: list[str], ttl: int | None) -> None:
    """There is no way to write a cache without it: whatever the user lists, it is there, and once."""
    changes: dict[str, Any] = {} if ttl is None else {"cache_ttl": ttl}

    recording = declare_api(policy={"bound_tokens": word}, domain=DOMAIN, identity_sources=more, **changes)

    sources = _sources(recording)
    assert sources[0] == "$request.header.Authorization"
    assert sorted(sources[1:]) == sorted({*more, "$context.routeKey", PEM})
    assert _config(recording)["bound_tokens"] == word


def test_without_a_cache_it_need_not_be() -> None:
    recording = declare_api(policy={"bound_tokens": "required"}, domain=DOMAIN, cache_ttl=0)

    assert PEM not in _sources(recording)


def test_without_the_input_nothing_changes() -> None:
    recording = declare_api(domain=DOMAIN)

    assert PEM not in _sources(recording)
    assert "bound_tokens" not in _config(recording)


def test_another_issuer_alone_may_bind_its_tokens() -> None:
    issuers = [{**PARTNER, "jwks": OTHER_KEY, "bound_tokens": "required"}]
    recording = declare_api(trusted_issuers=issuers, domain=DOMAIN)

    assert PEM in _sources(recording)
    assert "bound_tokens" not in _config(recording)
    assert _config(recording)["trusted_issuers"][0]["bound_tokens"] == "required"


BOTH = "mutual_tls and disable_default_endpoint: true"
ONE = "disable_default_endpoint: true"


@pytest.mark.parametrize(
    ("domain", "missing"),
    [
        (None, BOTH),
        ({"name": "api.example.com", "certificate_arn": CERTIFICATE}, BOTH),
        ({"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True}, BOTH),
        ({**DOMAIN, "disable_default_endpoint": False}, ONE),
    ],
)
def test_a_way_in_without_a_certificate_is_refused(domain: dict[str, Any] | None, missing: str) -> None:
    issuers = [PARTNER, {**PARTNER, "issuer": "https://other.example.com", "bound_tokens": "required"}]
    given: dict[str, Any] = {} if domain is None else {"domain": domain}

    with pytest.raises(InvalidArgs) as refused:
        declare_api(policy={"bound_tokens": "accepted"}, trusted_issuers=issuers, **given)

    for path in ("policy.bound_tokens", "trusted_issuers[1].bound_tokens"):
        fault = f"{path}: requires a client certificate of every caller: write {missing} in domain, or remove it"
        assert fault in str(refused.value)
    assert "trusted_issuers[0].bound_tokens" not in str(refused.value)


@pytest.mark.parametrize("path", ["policy", "trusted_issuers[0]"])
def test_another_word_is_refused_at_its_path(path: str) -> None:
    wrong: dict[str, Any] = {"bound_tokens": "yes"}
    changes: dict[str, Any] = {"policy": wrong} if path == "policy" else {"trusted_issuers": [{**PARTNER, **wrong}]}

    with pytest.raises(InvalidArgs) as refused:
        declare_api(domain=DOMAIN, **changes)

    assert f"{path}.bound_tokens: must be one of accepted, required, and is 'yes'" in str(refused.value)


def test_around_an_api_of_ones_own_the_user_says_that_callers_have_certificates() -> None:
    """Those who have none get a 401: the certificate is an identity source."""
    args: dict[str, Any] = {"api_id": "api", "issuer": ISSUER, "audience": ["orders"], "keys": {"jwks": [JWKS]}}
    args["policy"] = {"bound_tokens": "required"}

    recording = declare(lambda: JwtAuthorizer("orders", **args))

    assert _sources(recording) == ["$request.header.Authorization", PEM]


def test_a_function_of_ones_own_checks_what_it_likes() -> None:
    args: dict[str, Any] = {"function_arn": BACKEND, "policy": {"bound_tokens": "required"}}

    with pytest.raises(InvalidArgs, match="policy: configures the authorizer's function, which function_arn replaces"):
        declare(lambda: JwtAuthorizer("orders", api_id="api", **args))
