"""The inputs of docs/issuers.md as they are, with ``discovery``: one server has the documents of every provider."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from authorizer.keys import KeySet
from authorizer.runtime_keys import bounded_http, fetch
from authorizer.runtime_keys.key_set import accept
from components.lambda_authorizer import published_keys
from testkit.key_set_server import Reply, make_certificate, serving
from testkit.providers import Provider, providers
from testkit.tokens import NOW
from tests.docs.documented_issuers import DOCUMENTED

from .example import declare_api

PROVIDERS = providers(NOW)

SIGNING = {
    name: {key["kid"] for key in provider.jwks["keys"] if key["use"] == "sig"} for name, provider in PROVIDERS.items()
}
"""The ``kid`` of each of the keys that may sign, by provider."""


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``config.json`` says of each provider, by its name, after a deployment that reads their documents."""
    certificate = make_certificate(
        tmp_path_factory.mktemp("tls"),
        *{str(urlsplit(url).hostname) for made in PROVIDERS.values() for url in (made.issuer, made.jwks_uri)},
    )
    with pytest.MonkeyPatch.context() as patch, serving(certificate) as server:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        patch.setattr(bounded_http, "getaddrinfo", server.look_up)
        published_keys._read_in.cache_clear()
        fetch.tls.cache_clear()
        for made in PROVIDERS.values():
            server.replies.update(_published(made))
        function = declare_api(trusted_issuers=list(DOCUMENTED.values())).only("aws:lambda/function:Function")
    fetch.tls.cache_clear()
    config = json.loads(function.inputs["code"].assets["config.json"].text)
    return {entry["name"]: entry for entry in config["trusted_issuers"]}


def _published(provider: Provider) -> dict[str, Reply]:
    """The provider's documents by host and path."""
    discovery = provider.issuer.removesuffix("/") + "/.well-known/openid-configuration"
    document = {"issuer": provider.issuer, "jwks_uri": provider.jwks_uri}
    return {
        url.removeprefix("https://"): Reply(json.dumps(content).encode())
        for url, content in ((discovery, document), (provider.jwks_uri, provider.jwks))
    }


@pytest.mark.parametrize("name", PROVIDERS)
def test_discovery_finds_the_keys(entries: dict[str, Any], name: str) -> None:
    assert entries[name]["jwks_url"]["url"] == PROVIDERS[name].jwks_uri
    assert {key["kid"] for key in entries[name]["keys"]} == SIGNING[name]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_refresh_finds_the_same_keys(entries: dict[str, Any], name: str) -> None:
    answer = bounded_http.Answer(200, [], json.dumps(PROVIDERS[name].jwks).encode())

    assert accept(answer, entries[name]["jwks_url"]["algorithms"], KeySet()).jwks == entries[name]["keys"]
