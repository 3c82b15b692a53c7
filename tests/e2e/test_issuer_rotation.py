"""Another issuer rotates its key at once and unannounced, as Keycloak does, while its clients keep calling: no deployment."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testkit.key_set_server import KeySetServer, key_set, make_certificate, serving
from testkit.signers import Signer, signer
from testkit.tokens import token

from ..emulator.bench import Bench
from .traffic import Token, Traffic

HOST = "issuer.example.com"
REQUESTS = 200
OWN, OLD, NEW = signer("ES256"), signer("ES256", "old"), signer("ES384", "new")

PROGRAM = """
from components import AuthorizedHttpApi
from examples.whoami import WhoamiBackend

config = pulumi.Config("bench")


def reaches_the_issuer(args):
    # The function's process finds the issuer's name and trusts its certificate: nothing in the package knows of it.
    if args.type_ == "aws:lambda/function:Function":
        args.props["environment"] = {"variables": config.require_object("environment")}
    return pulumi.ResourceTransformationResult(args.props, args.opts)


backend = WhoamiBackend("backend")
api = AuthorizedHttpApi(
    "orders",
    {**config.require_object("api"), "routes": {"GET /orders": {"integration": {"lambda_arn": backend.function_arn}}}},
    opts=pulumi.ResourceOptions(transformations=[reaches_the_issuer]),
)
pulumi.export("endpoint", api.api_endpoint)
"""

RESOLVER = """
import socket

def look_up(host, *arguments, _getaddrinfo=socket.getaddrinfo, **options):
    return _getaddrinfo("127.0.0.1" if host == "{host}" else host, *arguments, **options)

socket.getaddrinfo = look_up
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path, HOST)


@pytest.fixture
def server(certificate: Path) -> Iterator[KeySetServer]:
    with serving(certificate) as running:
        yield running


def _jwks(*keys: Signer) -> str:
    return json.dumps({"keys": [key.jwk for key in keys]})


def _token(key: Signer, number: int) -> str:
    now = int(time.time())
    claims = {"iss": f"https://{HOST}", "aud": "orders", "sub": "bob", "iat": now, "exp": now + 600, "jti": str(number)}
    return token(key, claims)


def test_a_rotation_under_load(bench: Bench, server: KeySetServer, certificate: Path, tmp_path: Path) -> None:
    resolver = tmp_path / "resolver"
    resolver.mkdir()
    (resolver / "sitecustomize.py").write_text(RESOLVER.format(host=HOST))
    host = f"{HOST}:{server.port}"
    server.replies[host] = key_set(OLD.jwk)
    issuer = {
        "issuer": f"https://{HOST}",
        "audience": ["orders"],
        "jwks": _jwks(OLD),
        "jwks_url": f"https://{host}/keys",
        "scopes": [],
    }
    api: dict[str, Any] = {
        "issuer": "https://auth.example.com",
        "audience": ["orders"],
        "keys": {"jwks": [_jwks(OWN)]},
        "trusted_issuers": [issuer],
        "cache_ttl": 0,
        "function": {"architecture": "host", "timeout": 9},
    }
    environment = {"SSL_CERT_FILE": str(certificate), "PYTHONPATH": str(resolver)}
    outputs = bench.up(PROGRAM, **{"bench:api": api, "bench:environment": environment})

    def next_token(number: int) -> Token:
        is_new = traffic.phase != "before" and number % 2 == 0
        return Token("new" if is_new else "old", _token(NEW if is_new else OLD, number))

    # One client has one execution environment, so that all of its answers are in order.
    traffic = Traffic(outputs["endpoint"], "/orders", 1, next_token)
    with traffic.running("before"):
        traffic.await_answers(REQUESTS)
        server.replies[host] = key_set(NEW.jwk)
        traffic.phase = "rotation"
        traffic.await_answers(10)
        traffic.phase = "after"
        traffic.await_answers(REQUESTS)

    assert not traffic.faults
    counts: Counter[tuple[str, str, int]] = Counter()
    for answer, number in traffic.answers.items():
        counts[answer.ended, answer.signed_by, answer.status] += number
    assert set(counts) >= {("before", "old", 200), ("after", "old", 403), ("after", "new", 200)}
    assert {(signed_by, status) for phase, signed_by, status in counts if phase == "after"} == {
        ("old", 403),
        ("new", 200),
    }
    assert sum(number for (_, signed_by, status), number in counts.items() if (signed_by, status) == ("new", 403)) == 1
    assert len(server.asked) == 1
