"""The FastAPI backend, in an environment of its own requirements: tokens verified again, keys kept when they cannot be read."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from uv import find_uv_bin

from .consumer import ROOT, Consumer

ISSUER = "https://auth.example.com"
PRIVATE_KEY = ec.generate_private_key(ec.SECP521R1())


def _jwks() -> bytes:
    jwk = ECAlgorithm.to_jwk(PRIVATE_KEY.public_key(), as_dict=True)
    return json.dumps({"keys": [{**jwk, "kid": "key-1", "alg": "ES512", "use": "sig"}]}).encode()


class _WellKnown(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_jwks())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _published() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _WellKnown) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, consumer: Consumer) -> Path:
    """An interpreter with what the example requires; ``kms_jwt`` comes by the import path."""
    folder = tmp_path_factory.mktemp("fastapi")
    requirements = folder / "requirements.txt"
    lines = (ROOT / "examples" / "fastapi_backend" / "requirements.txt").read_text().splitlines()
    assert "../.." in lines
    requirements.write_text("\n".join(line for line in lines if line != "../..") + "\ncryptography\n")
    interpreter = folder / "venv" / "bin" / "python"
    uv = find_uv_bin()
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
        [uv, "pip", "install", "--quiet", "--python", str(interpreter), "--requirement", str(requirements)],
    ):
        subprocess.run(command, check=True)
    return interpreter


def _token(**changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "orders", "sub": "alice", "scope": "orders:read", "iat": now, "exp": now + 60}
    return "Bearer " + jwt.encode({**claims, **changes}, PRIVATE_KEY, "ES512", {"kid": "key-1"})


def _answers(consumer: Consumer, python: Path, *authorizations: str | None) -> list[dict[str, Any]]:
    requests = [("GET", "/orders/7", authorization) for authorization in authorizations]
    with _published() as jwks_uri:
        settings = {"JWKS_URI": jwks_uri, "ISSUER": ISSUER, "AUDIENCE": "orders", "NO_PROXY": "127.0.0.1"}
        result = subprocess.run(
            [python, Path(__file__).with_name("asgi_client.py")],
            cwd=consumer.copy("fastapi_backend"),
            env={**consumer.environment, **settings, "no_proxy": "127.0.0.1"},
            input=json.dumps(requests),
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    answers: list[dict[str, Any]] = json.loads(result.stdout)
    return answers


def test_tokens_are_verified_again(consumer: Consumer, python: Path) -> None:
    good, *bad = _answers(
        consumer, python, _token(), None, "Basic abc", _token(aud="other"), _token() + "A", _token(scope="other")
    )

    assert good == {"status": 200, "www_authenticate": None, "body": {"order": "7", "owner": "alice"}}
    assert [(answer["status"], answer["www_authenticate"]) for answer in bad] == [
        (401, "Bearer"),
        (401, "Bearer"),
        (401, 'Bearer error="invalid_token"'),
        (401, 'Bearer error="invalid_token"'),
        (403, 'Bearer error="insufficient_scope"'),
    ]


def test_keys_that_cannot_be_read_any_more_stay_in_use(consumer: Consumer) -> None:
    program = """
import sys
from published_keys import PublishedKeys

now = 0.0
keys = PublishedKeys(sys.argv[1], {"issuers": ["i"], "audiences": ["a"]}, clock=lambda: now)
first = keys.verifier()
now = 299.0
assert keys.verifier() is first
now = 300.0
assert keys.verifier() is not first
second = keys.verifier()
now = 600.0
keys._jwks_uri = "http://127.0.0.1:9/"
assert keys.verifier() is second
"""
    with _published() as jwks_uri:
        folder = consumer.copy("fastapi_backend")
        result = subprocess.run(
            [sys.executable, "-c", program, jwks_uri],
            cwd=folder,
            env={**consumer.environment, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    assert "the last ones remain in use" in result.stdout
