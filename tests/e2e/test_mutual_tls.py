"""An API whose domain requires a client certificate in addition to the token."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from cli.check.account import Account
from cli.check.promises import of_outputs
from cli.check.row import State
from cli.check.run import Check
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from emulator.web import fetch
from testkit.api import Api, bearer
from testkit.certificates import Authority
from testkit.tls_client import TlsClient

from .conftest import PROGRAM

NAME = "orders.example.com"


def test_a_certificate_and_a_token(ministack: MiniStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority("Example CA")
    certificate = tmp_path / "client.pem"
    certificate.write_bytes(authority.issue("alice", 1))
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

    outputs = deployment.up()
    orders = Api(outputs, "orders", deployment.aws.kms)

    assert orders.endpoint == f"https://{NAME}"
    assert ministack.mutual_tls_address is not None
    client = TlsClient(ministack.mutual_tls_address, NAME, certificate)
    token = bearer(orders.token())
    assert client.get("/orders", NAME, token).status == 200
    assert client.get("/orders", NAME).status == 401
    assert client.get("/orders", NAME, bearer(orders.token(scope="none"))).status == 403
    assert fetch(f"{ministack.endpoint}/orders", {**token, "Host": NAME}).status == 403

    host, _, port = ministack.mutual_tls_address.partition(":")
    connect = socket.create_connection

    def resolved(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        return connect((host, int(port)) if address[0] == NAME else address, *rest, **options)

    monkeypatch.setattr(socket, "create_connection", resolved)
    monkeypatch.setenv("no_proxy", NAME)
    (promises,) = of_outputs(json.dumps(outputs))
    check = Check(promises, Account(deployment.aws.kms, deployment.aws.client), tls=client.context)
    rows = {row.promise: row for row in check.rows()}
    assert [row for row in rows.values() if row.state in (State.BROKEN, State.NOT_CHECKED)] == []
    assert (rows["the default endpoint"].found, rows["no token"].found) == ("disabled", "401 Unauthorized")
    monkeypatch.undo()

    deployment.destroy()
    store.delete_object(Bucket="e2e-truststores", Key="ca.pem")
    store.delete_bucket(Bucket="e2e-truststores")
