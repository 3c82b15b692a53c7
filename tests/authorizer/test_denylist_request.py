"""The request for the denylist: signed as botocore signs it, to the host of the bucket, with the role's credentials."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from authorizer.denylist.bucket import read_object
from authorizer.denylist.credentials import NoCredentials, role_credentials
from authorizer.denylist.sigv4 import Credentials, signed_get
from authorizer.runtime_keys import bounded_http
from testkit.key_set_server import KeySetServer, Reply
from testkit.tokens import NOW

from .denylists import BUCKET, HOST, REGION, denylist, serving_bucket, stored

KEYS = Credentials("ASIAEXAMPLE", "a secret", "a session/+=")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeySetServer]:
    with serving_bucket(tmp_path_factory.mktemp("tls")) as running:
        running.replies[HOST] = stored(denylist())
        yield running


@pytest.mark.parametrize("etag", [None, '"0123"'])
@pytest.mark.parametrize("session", ["", KEYS.session_token])
def test_the_signature_is_botocores(etag: str | None, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conditions = {} if etag is None else {"if-none-match": etag}
    ours = signed_get(HOST, "/denylist.json", conditions, REGION, KEYS._replace(session_token=session), NOW)

    request = AWSRequest("GET", f"https://{HOST}/denylist.json", headers=dict(conditions))
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime.fromtimestamp(NOW, UTC))
    S3SigV4Auth(BotocoreCredentials("ASIAEXAMPLE", "a secret", session or None), "s3", REGION).add_auth(request)
    theirs = {name.lower(): value for name, value in request.headers.items()}
    assert ours == theirs


HOSTS = {
    "eu-central-1": f"{BUCKET}.s3.eu-central-1.amazonaws.com",
    "us-east-1": f"{BUCKET}.s3.us-east-1.amazonaws.com",
    "us-gov-west-1": f"{BUCKET}.s3.us-gov-west-1.amazonaws.com",
    "cn-north-1": f"{BUCKET}.s3.cn-north-1.amazonaws.com.cn",
    "eusc-de-east-1": f"{BUCKET}.s3.eusc-de-east-1.amazonaws.eu",
    "us-iso-west-1": f"{BUCKET}.s3.us-iso-west-1.c2s.ic.gov",
}


@pytest.mark.parametrize(("region", "host"), HOSTS.items())
def test_where_the_bucket_is(region: str, host: str, monkeypatch: pytest.MonkeyPatch, server: KeySetServer) -> None:
    asked: list[str] = []
    monkeypatch.setenv("AWS_REGION", region)
    monkeypatch.setattr(bounded_http, "request", lambda _, url, *__: asked.append(url))
    read_object(BUCKET, None, 0)

    assert asked == [f"https://{host}/denylist.json"]


def test_what_is_sent_is_what_was_signed(server: KeySetServer) -> None:
    server.heads.clear()
    answer = read_object(BUCKET, '"1"', time.monotonic() + 30)

    assert answer.status == 200
    (head,) = server.heads
    signed = head["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert signed == ["host", "if-none-match", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]
    assert {name.lower() for name in head} == {*signed, "authorization", "connection"}
    assert (head["Host"], head["if-none-match"]) == (HOST, '"1"')


def test_an_emulator_has_the_bucket_in_the_path(server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.asked.clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{HOST}:{server.port}/")
    server.replies[f"{HOST}:{server.port}"] = stored(denylist())

    assert read_object(BUCKET, None, time.monotonic() + 30).status == 200
    assert server.asked == [f"{HOST}:{server.port}/{BUCKET}/denylist.json"]


CONTAINER = f"https://{HOST}/2021-04-23/credentials"
GIVEN = {"AccessKeyId": "ASIAOTHER", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-12-01T00:00:00Z"}


def _container(server: KeySetServer, monkeypatch: pytest.MonkeyPatch, reply: Reply) -> Any:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", CONTAINER)
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a secret of Lambda's")
    monkeypatch.setitem(server.replies, f"{HOST}/2021-04-23/credentials", reply)
    return role_credentials(time.monotonic() + 30)


def test_with_snapstart_they_come_from_the_environments_own_server(
    server: KeySetServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take precedence: those in the environment are of the time of the snapshot."""
    assert role_credentials(0) == Credentials("ASIAEXAMPLE", "a secret", "a session")

    assert _container(server, monkeypatch, Reply(json.dumps(GIVEN).encode())) == Credentials("ASIAOTHER", "s", "t")
    assert server.heads[-1]["Authorization"] == "a secret of Lambda's"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"{}"),
        Reply(b"x"),
        Reply(json.dumps({**GIVEN, "Token": None}).encode()),
        Reply(json.dumps(GIVEN).encode(), 403),
    ],
    ids=["nothing", "no JSON", "no token", "forbidden"],
)
def test_credentials_that_are_none(reply: Reply, server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoCredentials):
        _container(server, monkeypatch, reply)
