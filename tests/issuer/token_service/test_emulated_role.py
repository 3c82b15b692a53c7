"""A role of the emulator's account asks the emulator's STS for a token, and has a token of the service for it: no secret."""

import time
from pathlib import Path

import pytest
import yaml

from authorizer.runtime_keys import attempt, bounded_http, fetch
from emulator.server import MiniStack
from testkit.key_set_server import Reply, make_certificate, serving
from tests.docs.code_blocks import ROOT

from ...emulator.principals import client_of, document, session_of
from . import service as token_service
from .assertions import asserted
from .service import ISSUER, ObservedService, client

STS = yaml.safe_load((ROOT / "examples" / "aws_roles" / "Pulumi.local.yaml").read_text())["config"]
"""The issuer and the keys of the emulator's account."""


@pytest.fixture
def role(ministack: MiniStack) -> str:
    """The ARN of a role that may have tokens for the service."""
    aws = ministack.region("eu-west-1")
    trust = {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}
    made = aws.iam.create_role(RoleName="token-service-job", Path="/apps/", AssumeRolePolicyDocument=document(trust))
    aws.iam.put_role_policy(RoleName="token-service-job", PolicyName="token", PolicyDocument=document(allow))
    return made["Role"]["Arn"]


def test_a_role_has_a_token_without_a_secret(
    ministack: MiniStack, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = ministack.region("eu-west-1")
    host = STS["sts_issuer"].removeprefix("https://")
    certificate = make_certificate(tmp_path, host)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 30)
    fetch.tls.cache_clear()
    with serving(certificate) as server, client_of(aws, "sts", session_of(aws, role)) as sts:
        monkeypatch.setattr(bounded_http, "getaddrinfo", server.look_up)
        server.replies[host] = Reply(STS["sts_jwks"].encode())
        service = ObservedService(
            token_service.document(
                clients={"job": client(secret_hashes=None, aws_roles=[role])},
                aws_accounts=[{"account_id": aws.account, "issuer": STS["sts_issuer"]}],
            )
        )
        asked = {"Audience": [ISSUER], "SigningAlgorithm": "ES384", "DurationSeconds": 60}
        observed = service.send(asserted(sts.get_web_identity_token(**asked)["WebIdentityToken"]), time.time())
    fetch.tls.cache_clear()

    assert observed.status == 200, observed.body
    assert observed.record["client"] == "job"
