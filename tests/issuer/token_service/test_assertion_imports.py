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
from issuer.token_service.client_authentication import ClientAuthentication
from issuer.token_service.config import parse_config

for document in json.load(sys.stdin):
    ClientAuthentication(parse_config(document))
    print(json.dumps([name for name in sys.modules if name.startswith(("issuer.", "authorizer.", "jwt", "ssl", "socket"))]))
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
    ]
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(documents), capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    with_secrets, with_keys, with_roles = (set(line) for line in lines if isinstance(line, list))

    for_assertions = {"issuer.jwt_verification", *_modules("client_assertion", "assertion", "replay")}
    for_keys = {*_modules("private_key_jwt", "assertion_settings")}
    for_roles = {"issuer.runtime_keys", *_modules("aws_role", "sts_keys")}
    assert not with_secrets & (for_assertions | for_keys | for_roles)
    assert for_assertions | for_keys <= with_keys
    assert not [name for name in with_keys if name.startswith(("authorizer.runtime_keys", "jwt", "ssl", "socket"))]
    assert not with_keys & for_roles
    assert for_roles <= with_roles


def _modules(*names: str) -> set[str]:
    return {f"issuer.token_service.{name}" for name in names}
