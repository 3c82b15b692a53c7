"""A revocation on a deployed API, without a deployment: what is denied when, with and without an empty cache."""

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import components.denylist
from cli.command_line import main
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from testkit.api import Api

PROGRAM = Path(__file__).resolve().parents[2]
REFRESH_SECONDS = 1
CACHE_TTL = 3600
ROLE = "orders-authorizer-role-iam"


class Revocable:
    """The program with a denylist, and a command line for it."""

    def __init__(self, deployment: Deployment, outputs: Path) -> None:
        self.deployment = deployment
        self.outputs = outputs
        self.up()

    def up(self) -> None:
        """Deploy it."""
        outputs = self.deployment.up()
        self.outputs.write_text(json.dumps(outputs))
        self.api = Api(outputs, "orders", self.deployment.aws.client("kms"))

    def revoke(self, *arguments: str) -> None:
        """``kms-jwt revoke``."""
        assert main(["revoke", "--stack-output", str(self.outputs), *arguments]) == 0

    def token(self, **changes: Any) -> str:
        """A token that no cache knows."""
        return self.api.token(**{"jti": str(uuid.uuid4()), "client_id": "billing", **changes})

    def status(self, token: str) -> int:
        """The answer to a request with ``token``."""
        return self.api.call("GET", "/orders", f"Bearer {token}").status

    def await_status(self, status: int, **changes: Any) -> None:
        """Until new tokens get this answer."""
        deadline = time.monotonic() + 60
        while self.status(self.token(**changes)) != status:
            assert time.monotonic() < deadline, f"not within a minute: {status}"

    def lines(self, message: str) -> list[dict[str, Any]]:
        """Of the authorizer's log."""
        group = "/aws/lambda/kms-jwt-denylist-orders-authorizer-function"
        pages = self.deployment.aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        events = [event["message"] for page in pages for event in page["events"]]
        return [json.loads(event) for event in events if f'"message":"{message}"' in event]


@pytest.fixture(scope="module")
def deployed(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Revocable]:
    file = load_stack(PROGRAM, "local")
    orders = {
        **file.config[f"{file.project}:apis"]["orders"],
        "cache_ttl": CACHE_TTL,
        "denylist": {"refresh_seconds": REFRESH_SECONDS},
    }
    config = {**file.config, f"{file.project}:apis": {"orders": orders}, f"{file.project}:denylist": True}
    deployment = Deployment(ministack, PROGRAM, file.project, "denylist", config)
    yield Revocable(deployment, tmp_path_factory.mktemp("outputs") / "outputs.json")
    deployment.destroy()


@pytest.fixture
def revocable(deployed: Revocable, monkeypatch: pytest.MonkeyPatch) -> Revocable:
    """With the credentials of somebody who works with the emulator."""
    aws = deployed.deployment.aws
    for name, value in {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": aws.region,
    }.items():
        monkeypatch.setenv(name, value)
    return deployed


def test_a_client(revocable: Revocable, capsys: pytest.CaptureFixture[str]) -> None:
    """Denied once the denylist is read; what is cached, only with --now."""
    cached, other = revocable.token(), revocable.token(client_id="shop")
    assert (revocable.status(cached), revocable.status(other)) == (200, 200)
    issued = int(time.time())

    began = time.monotonic()
    revocable.revoke("--client", "billing")
    revocable.await_status(403, iat=issued)
    without = time.monotonic() - began
    assert revocable.status(cached) == 200, "API Gateway's cache does not know"

    began = time.monotonic()
    revocable.revoke("--client", "billing", "--now")
    assert revocable.status(cached) == 403
    with capsys.disabled():
        seconds = (
            f"{without:.1f} s for new requests, {time.monotonic() - began:.1f} s with --now for cached answers, too"
        )
        print(f"\nRevocation, read every {REFRESH_SECONDS} s: denied after {seconds}")
    assert revocable.status(other) == 200
    assert revocable.status(revocable.token(iat=int(time.time()) + 5)) == 200, "issued since"


def test_a_token_and_its_rehabilitation(revocable: Revocable) -> None:
    claims = {"sub": "bob", "client_id": None, "jti": str(uuid.uuid4())}
    stolen = revocable.token(**claims)

    revocable.revoke("--token", stolen)
    revocable.await_status(403, **claims)
    assert revocable.status(revocable.token(sub="bob", client_id=None)) == 200
    revocable.revoke("--token", stolen, "--undo")
    revocable.await_status(200, **claims)


def test_a_deployment_undoes_no_revocation(
    revocable: Revocable, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even one of a release whose first document is another one."""
    revocable.revoke("--subject", "mallory")
    monkeypatch.setattr(components.denylist, "EMPTY_DENYLIST", '{"version": 1, "kid": []}')
    revocable.up()
    revocable.revoke("--list")

    assert "subject mallory of https://auth.local.example.com: tokens issued before " in capsys.readouterr().out
    revocable.await_status(403, sub="mallory", client_id=None, iat=int(time.time()) - 5)


def test_it_is_no_broken_promise(revocable: Revocable, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--stack-output", str(revocable.outputs)]) == 0

    assert "s3:GetObject" in capsys.readouterr().out, "of the role: as kms-jwt writes it"


def test_the_role_may_read_this_object_and_where_it_may_not_the_last_copy_remains(revocable: Revocable) -> None:
    revocable.revoke("--subject", "mallory")
    revocable.await_status(403, sub="mallory", client_id=None, iat=int(time.time()) - 5)
    iam = revocable.deployment.aws.client("iam")
    (role,) = (item.id for item in revocable.deployment.resources.values() if item.name == ROLE)
    policies = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    ((reading,),) = [statements for statements in policies if statements[0]["Action"] == "s3:GetObject"]
    bucket = json.loads(revocable.outputs.read_text())["denylist_bucket"]
    assert reading["Resource"] == f"arn:aws:s3:::{bucket}/denylist.json"

    refused = {**reading, "Effect": "Deny"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [refused]})
    iam.put_role_policy(RoleName=role, PolicyName="refused", PolicyDocument=document)
    deadline = time.monotonic() + 60
    while not (failed := revocable.lines("denylist not refreshed")):
        assert time.monotonic() < deadline, "no refresh failed within a minute"
        assert revocable.status(revocable.token(client_id="shop")) == 200
    assert failed[0]["status"] == 403
    assert revocable.status(revocable.token(sub="mallory", client_id="shop", iat=int(time.time()) - 5)) == 403
    iam.delete_role_policy(RoleName=role, PolicyName="refused")


def test_many_at_once_lose_nothing(revocable: Revocable) -> None:
    """Commands in threads; S3 takes what one of them writes, and the others read again."""
    names = [f"user-{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: revocable.revoke("--subject", name), names))

    body = revocable.deployment.aws.client("s3").get_object(
        Bucket=json.loads(revocable.outputs.read_text())["denylist_bucket"], Key="denylist.json"
    )["Body"]
    revoked = json.load(body)["issuers"]["https://auth.local.example.com"]["not_before"]["sub"]
    assert set(names) <= set(revoked)
