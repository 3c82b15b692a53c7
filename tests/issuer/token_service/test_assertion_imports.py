"""A configuration imports what its clients need, and nothing more: an init is paid for by all of them."""

import json
import subprocess
import sys
from typing import Any

import pytest

from testkit.signers import signer

from .service import client, document

PROGRAM = """
import json, sys
from issuer.token_service.config import parse_config
from issuer.token_service.token_endpoint import TokenEndpoint

WATCHED = ("issuer.", "authorizer.", "jwt", "ssl", "socket", "cryptography.x509")
for document in json.load(sys.stdin):
    TokenEndpoint(parse_config(document), None, None)
    print(json.dumps([name for name in sys.modules if name.startswith(WATCHED)]))
"""

KEYS = client(secret_hashes=None, assertion={"keys": [dict(signer("ES256").jwk)]})
ROLE = client(secret_hashes=None, aws_roles=["arn:aws:iam::111122223333:role/job"])
ACCOUNTS = [
    {"account_id": "111122223333", "issuer": "https://sts.invalid"}
]  # a name that nobody has (RFC 6761 section 6.4)


@pytest.mark.slow
def test_only_what_a_client_uses_is_imported() -> None:
    documents: list[dict[str, Any]] = [
        document(),
        document(clients={"batch": KEYS}),
        document(clients={"job": ROLE}, aws_accounts=ACCOUNTS),
        document(clients={"bound": client(certificate_bound_tokens=True)}),
        document(clients={"named": client(secret_hashes=None, tls_client_auth={"san_dns": "named.example.com"})}),
    ]
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(documents), capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    with_secrets, with_keys, with_roles, bound, named = (set(line) for line in lines if isinstance(line, list))

    for_assertions = {"issuer.jwt_verification", *_modules("client_assertion", "assertion", "replay")}
    for_keys = {*_modules("private_key_jwt", "assertion_settings")}
    for_roles = {"issuer.runtime_keys", *_modules("aws_role", "sts_keys")}
    to_bind = {"issuer.client_certificates", "authorizer.certificate_binding", *_modules("bound_token")}
    for_names = {"cryptography.x509", *_modules("tls_client_auth", "certificate_name")}
    assert not with_secrets & (for_assertions | for_keys | for_roles)
    assert not with_roles & (to_bind | for_names), "those before it included"
    assert to_bind <= bound
    assert not bound & for_names
    assert for_names <= named
    assert for_assertions | for_keys <= with_keys
    assert not [name for name in with_keys if name.startswith(("authorizer.runtime_keys", "jwt", "ssl", "socket"))]
    assert not with_keys & for_roles
    assert for_roles <= with_roles


def _modules(*names: str) -> set[str]:
    return {f"issuer.token_service.{name}" for name in names}
