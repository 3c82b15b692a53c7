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
REQUESTS = 300
CLIENTS = 4
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

ENVIRONMENT = """
import contextlib, os, socket, sys

# However slow the machine is, no refresh is due before the rotation.
sys.path.insert(0, os.getcwd())
with contextlib.suppress(ImportError):
    from authorizer.runtime_keys import issuer_keys

    issuer_keys.FIRST_REFRESH_SECONDS = (600, 600)

# The lines of the log tell the execution environments apart.
os.environ["AWS_LAMBDA_FUNCTION_NAME"] = str(os.getpid())

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


def test_a_rotation_under_load(
    bench: Bench, server: KeySetServer, certificate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resolver = tmp_path / "resolver"
    resolver.mkdir()
    (resolver / "sitecustomize.py").write_text(ENVIRONMENT.format(host=HOST))
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

    traffic = Traffic(outputs["endpoint"], "/orders", CLIENTS, next_token)
    with traffic.running("before"):
        traffic.await_answers(REQUESTS)
        server.replies[host] = key_set(NEW.jwk)
        traffic.phase = "rotation"
        traffic.await_answers(REQUESTS)

    assert not traffic.faults
    answers: Counter[tuple[str, int]] = Counter()
    for answer, number in traffic.answers.items():
        assert answer.ended != "before" or answer.status == 200
        answers[answer.signed_by, answer.status] += number
    assert set(answers) == {("old", 200), ("old", 403), ("new", 200), ("new", 403)}
    environments = _environments(bench, sum(answers.values()))
    with capsys.disabled():
        print(
            f"\nRotation at a URL: {len(environments)} environments, {len(server.asked)} fetches, answers: {dict(answers)}"
        )
    assert len(server.asked) == sum("keys refreshed" in lines for lines in environments)
    assert answers["new", 403] == sum("unknown_key" in lines for lines in environments), "one in each environment"
    for lines in environments:
        until = lines.index("keys refreshed") if "keys refreshed" in lines else len(lines)
        assert set(lines[: until - 1]) <= {"old"}
        assert lines[until - 1] in ("old", "unknown_key")
        assert set(lines[until + 1 :]) <= {"new", "unknown_key"}, "the old key is gone, the new one is let in"


def _environments(bench: Bench, requests: int) -> list[list[str]]:
    """What each execution environment logged, in order: the key of a token that was let in, or what else happened."""
    logs = bench.deployment.aws.client("logs")
    group = bench.resource("orders-authorizer-function-logs").id
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    lines = [
        json.loads(event["message"]) for page in pages for event in page["events"] if "FunctionName" in event["message"]
    ]
    assert sum("Reason" in line for line in lines) == requests
    names = {OLD.kid: "old", NEW.kid: "new"}
    environments: dict[str, list[str]] = {}
    for line in lines:
        what = line["message"] if "outcome" in line else names.get(line["kid"], line["Reason"])
        environments.setdefault(line["FunctionName"], []).append(what)
    return list(environments.values())
