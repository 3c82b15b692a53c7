"""A token service and two APIs at domains with mutual TLS: tokens bound to a certificate, and clients whose name it has."""

import base64
import json
import os
import socket
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session as Authlib
from cryptography import x509
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session
from urllib3.exceptions import InsecureRequestWarning

from components import InvalidArgs
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from emulator.web import Answer, fetch
from testkit.api import bearer
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.tls_client import TlsClient

from .conftest import PROGRAM

AUTH = "auth.example.com"
CACHED, ASKED = "cached.example.com", "asked.example.com"
"""The API whose answers are cached, and the one whose authorizer is asked each time."""

GRANT = {"grant_type": "client_credentials"}
SECRET = "kDhJ0-xUq_5cW1nTz7Rb2YvE8sLpA4mG9fHoQ6iXeC3"
SPIFFE = "spiffe://example.com/robot"


def basic(client_id: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{SECRET}".encode()).decode()}


@dataclass(frozen=True)
class Caller:
    """Somebody with a certificate of the authority that the truststore contains, or without one."""

    file: Path | None
    certificate: str
    address: str

    def token(self, client_id: str | None = None, headers: dict[str, str] | None = None, **form: str) -> Answer:
        """What the token service answers."""
        named = {} if client_id is None else {"client_id": client_id}
        return self._tls(AUTH).post("/token", AUTH, {**GRANT, **named, **form}, headers)

    def get(self, name: str, token: str) -> int:
        """The status of a request to the API at ``name``."""
        return self._tls(name).get("/orders", name, bearer(token)).status

    def metadata(self) -> dict[str, Any]:
        """What the token service publishes about itself."""
        path = "/.well-known/oauth-authorization-server"
        found: dict[str, Any] = self._tls(AUTH).get(path, AUTH).json()
        return found

    def _tls(self, name: str) -> TlsClient:
        return TlsClient(self.address, name, self.file)


@dataclass
class World:
    """The deployment, and who calls it."""

    deployment: Deployment
    authority: Authority
    folder: Path
    issued: int = 0

    @property
    def address(self) -> str:
        """Of the listener."""
        return str(self.deployment.ministack.mutual_tls_address)

    def caller(self, common_name: str, *names: x509.GeneralName) -> Caller:
        """With a new certificate for C=CH, O=Example, this name, and these alternative names."""
        self.issued += 1
        file = self.folder / f"{self.issued}.pem"
        file.write_bytes(self.authority.issue(common_name, self.issued, names=names))
        return Caller(file, certificate_of(file.read_bytes()), self.address)


def _domain(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "certificate_arn": "arn:aws:acm:eu-west-1:000000000000:certificate/12345678-1234-1234-1234-123456789012",
        "mutual_tls": {"truststore_uri": "s3://e2e-authorities/ca.pem"},
        "disable_default_endpoint": True,
    }


def _api(name: str, cache_ttl: int) -> dict[str, Any]:
    return {
        "audience": ["orders"],
        "function": {"architecture": "host"},
        "domain": _domain(name),
        "cache_ttl": cache_ttl,
        "policy": {"bound_tokens": "required"},
        "routes": {"GET /orders": {"scopes": ["orders:read"]}},
    }


def _client(**how: Any) -> dict[str, Any]:
    return {"scopes": ["orders:read"], "audiences": ["orders"], "certificate_bound_tokens": True, **how}


@pytest.fixture(scope="module")
def world(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    authority = Authority("Example CA")
    store = ministack.client("s3")
    store.create_bucket(Bucket="e2e-authorities")
    store.put_object(Bucket="e2e-authorities", Key="ca.pem", Body=authority.pem)
    hashes = [sha256(SECRET.encode()).hexdigest()]
    config = {
        "aws:region": "eu-west-1",
        "signing_keys": {},
        "whoami": True,
        "token_service": {
            "function": {"architecture": "host", "timeout": 29},
            "domain": _domain(AUTH),
            "clients": {
                "billing": _client(secret_hashes=hashes),
                "batch": _client(tls_client_auth={"subject_dn": "CN=batch,O=Example,C=CH"}),
                "robot": _client(tls_client_auth={"san_uri": SPIFFE}),
                "stock": _client(tls_client_auth={"san_dns": "stock.example.com"}, certificate_bound_tokens=False),
            },
        },
        "apis": {"cached": _api(CACHED, 300), "asked": _api(ASKED, 0)},
    }
    deployment = Deployment(ministack, PROGRAM, load_stack(PROGRAM, "local").project, "certificates", config)
    deployment.up()
    yield World(deployment, authority, tmp_path_factory.mktemp("callers"))
    deployment.destroy()
    store.delete_object(Bucket="e2e-authorities", Key="ca.pem")
    store.delete_bucket(Bucket="e2e-authorities")


def _cnf(token: str) -> Any:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "==")).get("cnf")


def _token(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    return str(answer.json()["access_token"])


def _refused(answer: Answer) -> tuple[int, str]:
    return answer.status, str(answer.json()["error"])


def _opens_nothing_for(thief: Caller, owner: Caller, token: str) -> None:
    for name in (CACHED, ASKED):
        assert [owner.get(name, token) for _ in range(2)] == [200, 200]
        assert [thief.get(name, token) for _ in range(2)] == [403, 403]
        assert owner.get(name, token) == 200


def test_a_stolen_token_opens_nothing_on_another_certificate(world: World) -> None:
    """The thief has a certificate that all domains trust, and comes after the answer for the token's owner was cached."""
    alice, thief = world.caller("alice"), world.caller("mallory")
    token = _token(alice.token(headers=basic("billing")))

    assert _cnf(token) == {"x5t#S256": thumbprint(alice.certificate)}
    _opens_nothing_for(thief, alice, token)
    assert thief.get(ASKED, _token(thief.token(headers=basic("billing")))) == 200, (
        "whoever has the secret is the client"
    )


@pytest.mark.parametrize(
    ("client_id", "common_name", "names"),
    [
        ("batch", "batch", []),
        ("robot", "anything", [x509.DNSName("a.example"), x509.UniformResourceIdentifier(SPIFFE)]),
    ],
)
def test_a_certificate_is_the_client(
    world: World, client_id: str, common_name: str, names: list[x509.GeneralName]
) -> None:
    owner, other = (
        world.caller(common_name, *names),
        world.caller("mallory", x509.DNSName("batch"), x509.DNSName("robot")),
    )
    token = _token(owner.token(client_id))

    assert _cnf(token) == {"x5t#S256": thumbprint(owner.certificate)}
    _opens_nothing_for(other, owner, token)
    assert _refused(other.token(client_id)) == (401, "invalid_client")
    assert _refused(owner.token()) == (401, "invalid_client"), "which client, the request must say"
    others = {"billing", "batch", "robot", "stock"} - {client_id}
    assert {_refused(owner.token(name)) for name in others} == {(401, "invalid_client")}
    assert _refused(owner.token(client_id, basic("billing"))) == (400, "invalid_request")
    forged = {"x-client-cert": owner.certificate.replace("\n", ""), "client-cert": thumbprint(owner.certificate)}
    assert _refused(other.token(client_id, forged)) == (401, "invalid_client")


def test_a_certificate_may_authenticate_without_binding(world: World) -> None:
    stock = world.caller("anything", x509.DNSName("stock.example.com"))
    token = _token(stock.token("stock"))

    assert _cnf(token) is None
    assert stock.get(ASKED, token) == 403, "where bound ones are required"
    wildcard = world.caller("stock.example.com", x509.DNSName("*.example.com"))
    assert _refused(wildcard.token("stock")) == (401, "invalid_client")


def test_without_a_certificate_there_is_no_way_in(world: World) -> None:
    nobody = Caller(None, "", world.address)
    with pytest.raises(OSError, match=r"alert|EOF|reset|closed"):
        nobody.token(headers=basic("billing"))
    stranger = world.folder / "stranger.pem"
    stranger.write_bytes(Authority("Example CA").issue("batch", 1))
    with pytest.raises(OSError, match=r"alert|EOF|reset|closed"):
        Caller(stranger, "", world.address).token("batch")
    default = fetch(f"{world.deployment.ministack.endpoint}/token", {"Host": AUTH}, method="POST")
    assert default.status == 403, "over HTTP, without TLS"


def test_it_says_so(world: World) -> None:
    metadata = world.caller("anybody").metadata()

    methods = ["client_secret_basic", "client_secret_post", "tls_client_auth"]
    assert metadata["token_endpoint_auth_methods_supported"] == methods
    assert metadata["tls_client_certificate_bound_access_tokens"] is True
    assert metadata["token_endpoint"] == f"https://{AUTH}/token"


@pytest.fixture
def found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token service's name leads to the emulator, whose own certificate is made up."""
    port, look_up = int(world.address.partition(":")[2]), socket.getaddrinfo

    def looked_up(host: Any, *rest: Any, **options: Any) -> Any:
        if host != AUTH:
            return look_up(host, *rest, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setenv("no_proxy", AUTH)


def _authlib(file: Path) -> Any:
    with Authlib("batch", token_endpoint_auth_method="none") as client:
        client.cert = str(file)
        return client.fetch_token(f"https://{AUTH}/token", grant_type="client_credentials", verify=False)


def _requests_oauthlib(file: Path) -> Any:
    with OAuth2Session(client=BackendApplicationClient("batch")) as client:
        return client.fetch_token(f"https://{AUTH}/token", include_client_id=True, cert=str(file), verify=False)


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize("library", [_authlib, _requests_oauthlib])
def test_a_library_with_a_certificate(world: World, library: Callable[[Path], Any]) -> None:
    caller = world.caller("batch")
    assert caller.file is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        token = library(caller.file)
    assert caller.get(ASKED, token["access_token"]) == 200


def test_curl_with_a_certificate(world: World) -> None:
    caller = world.caller("batch")
    where = ["--insecure", "--noproxy", "*", "--connect-to", f"{AUTH}:443:{world.address}"]
    form = ["--data", "grant_type=client_credentials", "--data", "client_id=batch"]
    command = ["curl", "--silent", "--show-error", *where, "--cert", os.fspath(caller.file or ""), *form]
    answer = subprocess.run([*command, f"https://{AUTH}/token"], capture_output=True, text=True, check=True).stdout
    assert caller.get(ASKED, json.loads(answer)["access_token"]) == 200


def test_the_program_cannot_write_it(world: World) -> None:
    """A way in without a certificate is refused before anything changes."""
    service = world.deployment.config["token_service"]
    original = service["domain"]
    service["domain"] = {**original, "disable_default_endpoint": False}
    with pytest.raises(
        InvalidArgs, match=r"token_service.clients.batch.tls_client_auth: requires a client certificate of"
    ):
        world.deployment.up()
    service["domain"] = original
