"""An API whose domain requires a client certificate: in addition to the token, and as the one that the token is bound to."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.check.account import Account
from cli.check.promises import of_outputs
from cli.check.row import Row, State
from cli.check.run import Check
from components import InvalidArgs
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from emulator.web import fetch
from testkit.api import Api, bearer
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.tls_client import TlsClient

from .conftest import PROGRAM

NAME = "orders.example.com"
CACHED, ALWAYS_ASKED = 300, 0
CERTIFICATE = "$context.identity.clientCert.clientCertPem"


@dataclass(frozen=True)
class Client:
    """A caller with a certificate of the authority that the truststore contains."""

    tls: TlsClient
    certificate: str

    def get(self, token: str | None = None) -> int:
        """The status of a request."""
        return self.tls.get("/orders", NAME, bearer(token)).status


@dataclass
class Orders:
    """The deployed API, and its callers."""

    deployment: Deployment
    authority: Authority
    folder: Path
    api: Api
    issued: int = 0

    def up(self, bound_tokens: str | None = None, cache_ttl: int = CACHED) -> None:
        """Bring it up to date with these inputs."""
        self.deployment.config["apis"]["orders"] |= {
            "cache_ttl": cache_ttl,
            "policy": {"bound_tokens": bound_tokens} if bound_tokens else {},
        }
        self.api = Api(self.deployment.up(), "orders", self.deployment.aws.kms)

    def client(self, common_name: str) -> Client:
        """With a new certificate for this name."""
        self.issued += 1
        file = self.folder / f"{self.issued}.pem"
        file.write_bytes(self.authority.issue(common_name, self.issued))
        address = self.deployment.ministack.mutual_tls_address
        assert address is not None
        return Client(TlsClient(address, NAME, file), certificate_of(file.read_bytes()))

    def bound(self, client: Client, **changes: Any) -> str:
        """A token for ``client`` alone."""
        return self.api.token(cnf={"x5t#S256": thumbprint(client.certificate)}, **changes)

    def asked(self) -> int:
        """How often the authorizer has been invoked."""
        (group,) = (
            resource.inputs["name"]
            for resource in self.deployment.resources.values()
            if resource.name == "orders-authorizer-function-logs"
        )
        pages = self.deployment.aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return sum('"Decisions"' in event["message"] for page in pages for event in page["events"])

    def check(self, client: Client) -> dict[str, Row]:
        """The rows of ``kms-jwt check``."""
        (promises,) = of_outputs(json.dumps(self.api.outputs))
        account = Account(self.deployment.aws.kms, self.deployment.aws.client)
        check = Check(promises, account, tls=client.tls.context, certificate=client.certificate)
        return {row.promise: row for row in check.rows()}


@pytest.fixture(scope="module")
def orders(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orders]:
    authority = Authority("Example CA")
    store = ministack.client("s3")
    store.create_bucket(Bucket="e2e-truststores")
    store.put_object(Bucket="e2e-truststores", Key="ca.pem", Body=authority.pem)
    domain = {
        "name": NAME,
        "certificate_arn": "arn:aws:acm:eu-west-1:000000000000:certificate/12345678-1234-1234-1234-123456789012",
        "mutual_tls": {"truststore_uri": "s3://e2e-truststores/ca.pem"},
        "disable_default_endpoint": True,
    }
    api: dict[str, Any] = {
        "issuer": "https://auth.local.example.com",
        "audience": ["orders"],
        "function": {"architecture": "host"},
        "domain": domain,
        "routes": {"GET /orders": {"scopes": ["orders:read"]}},
    }
    config = {"aws:region": "eu-west-1", "signing_keys": {}, "whoami": True, "apis": {"orders": api}}
    deployment = Deployment(ministack, PROGRAM, load_stack(PROGRAM, "local").project, "mutual", config)
    api_of_outputs = Api(deployment.up(), "orders", deployment.aws.kms)
    yield Orders(deployment, authority, tmp_path_factory.mktemp("clients"), api_of_outputs)
    deployment.destroy()
    store.delete_object(Bucket="e2e-truststores", Key="ca.pem")
    store.delete_bucket(Bucket="e2e-truststores")


@pytest.fixture
def resolved(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain's name leads to the emulator."""
    host, _, port = str(orders.deployment.ministack.mutual_tls_address).partition(":")
    connect = socket.create_connection

    def connected(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        return connect((host, int(port)) if address[0] == NAME else address, *rest, **options)

    monkeypatch.setattr(socket, "create_connection", connected)
    monkeypatch.setenv("no_proxy", NAME)


def _not_kept(rows: dict[str, Row]) -> list[Row]:
    return [row for row in rows.values() if row.state in (State.BROKEN, State.NOT_CHECKED)]


@pytest.mark.usefixtures("resolved")
def test_a_certificate_and_a_token(orders: Orders) -> None:
    orders.up()
    alice, token = orders.client("alice"), orders.api.token()

    assert orders.api.endpoint == f"https://{NAME}"
    assert (alice.get(token), alice.get()) == (200, 401)
    assert alice.get(orders.api.token(scope="none")) == 403
    assert alice.get(orders.bound(alice)) == 403, "bound tokens are no bearer tokens"
    default = orders.deployment.ministack.endpoint
    assert fetch(f"{default}/orders", {**bearer(token), "Host": NAME}).status == 403

    rows = orders.check(alice)
    assert _not_kept(rows) == []
    assert (rows["the default endpoint"].found, rows["no token"].found) == ("disabled", "401 Unauthorized")
    assert "bound to another client certificate" not in rows


@pytest.mark.parametrize("cache_ttl", [CACHED, ALWAYS_ASKED])
def test_a_stolen_token_is_worth_nothing(orders: Orders, cache_ttl: int) -> None:
    """The thief has a certificate that the domain trusts, and comes after the answer for the token's owner was cached."""
    orders.up("required", cache_ttl)
    alice, thief = orders.client("alice"), orders.client("mallory")
    token = orders.bound(alice)

    before = orders.asked()
    assert [alice.get(token) for _ in range(3)] == [200] * 3
    assert [thief.get(token) for _ in range(3)] == [403] * 3
    assert alice.get(token) == 200
    # Where answers are cached, each certificate has one of its own.
    assert orders.asked() - before == (2 if cache_ttl else 7)


def test_a_renewed_certificate_needs_a_new_token(orders: Orders) -> None:
    orders.up("required")
    alice, token = orders.client("alice"), orders.api.token()
    old = orders.bound(alice)
    assert alice.get(old) == 200

    renewed = orders.client("alice")
    assert renewed.get(old) == 403
    assert renewed.get(orders.bound(renewed)) == 200
    assert renewed.get(token) == 403, "and one that is bound to none is denied"


@pytest.mark.parametrize("cache_ttl", [CACHED, ALWAYS_ASKED])
def test_where_they_are_accepted_a_bearer_token_is_one(orders: Orders, cache_ttl: int) -> None:
    orders.up("accepted", cache_ttl)
    alice, thief, token = orders.client("alice"), orders.client("mallory"), orders.api.token()

    assert (alice.get(token), thief.get(token)) == (200, 200)
    assert (alice.get(orders.bound(alice)), thief.get(orders.bound(alice))) == (200, 403)
    both = {"x5t#S256": thumbprint(alice.certificate), "jkt": "0" * 43}
    assert alice.get(orders.api.token(cnf=both)) == 403


@pytest.mark.usefixtures("resolved")
def test_the_check_knows_and_finds_the_cache_that_the_component_would_not_make(orders: Orders) -> None:
    """The counter-example is made by hand, behind the component's back: it lets the thief in, and the check says so."""
    orders.up("required")
    alice, thief = orders.client("alice"), orders.client("mallory")
    rows = orders.check(alice)
    assert _not_kept(rows) == []
    assert rows["bound to another client certificate"].found == "403 Forbidden"
    assert rows["bound to no client certificate"].found == "403 Forbidden"
    cached = rows["what a cached answer holds for"]
    assert cached.found == "Authorization, routeKey, identity.clientCert.clientCertPem"

    gateway: Any = orders.deployment.aws.client("apigatewayv2")
    output = orders.api.outputs["apis"]["orders"]
    authorizer = {"ApiId": output["api_id"], "AuthorizerId": output["authorizer_id"]}
    sources = gateway.get_authorizer(**authorizer)["IdentitySource"]
    gateway.update_authorizer(**authorizer, IdentitySource=[source for source in sources if source != CERTIFICATE])
    token = orders.bound(alice)
    assert (alice.get(token), thief.get(token)) == (200, 200)
    assert {row.promise for row in _not_kept(orders.check(alice))} == {"what a cached answer holds for"}
    gateway.update_authorizer(**authorizer, IdentitySource=sources)
    assert thief.get(token) == 403


def test_the_program_cannot_write_it(orders: Orders) -> None:
    """A way in without a certificate is refused before anything changes."""
    orders.up("required")
    api = orders.deployment.config["apis"]["orders"]
    original = api["domain"]
    api["domain"] = {**original, "disable_default_endpoint": False}
    with pytest.raises(InvalidArgs, match=r"policy.bound_tokens: requires a client certificate of every caller: write"):
        orders.deployment.up()
    api["domain"] = original
    orders.deployment.up()
    assert orders.deployment.changes == []
