"""``kms-jwt revoke``: what it writes, and that it loses nothing. S3 is the emulator's, with its conditional writes."""

import io
import json
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.client
import pytest

from authorizer.denylist.document import MAX_ENTRIES, parse_denylist
from cli.command_line import main
from cli.revocations import gateway
from cli.revocations.bucket import Bucket
from cli.revocations.changes import revoked, undone
from cli.revocations.entry import KEY, Entry
from emulator.server import MiniStack
from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, claims, token

OTHER = "https://partner.example.com"
SIGNER = signer("ES256")


class Stored:
    """A denylist in a bucket of its own."""

    def __init__(self, s3: Any, folder: Path) -> None:
        self.s3 = s3
        self.bucket = f"denylist-{uuid.uuid4()}"
        self.outputs = folder / "outputs.json"
        s3.create_bucket(Bucket=self.bucket)
        s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.write('{"version": 1}\n')
        self.output()

    def write(self, text: str) -> None:
        self.s3.put_object(Bucket=self.bucket, Key="denylist.json", Body=text.encode())

    def output(self, *apis: dict[str, Any]) -> None:
        """The outputs of the stack, with these APIs or one."""
        api = {
            "issuer": ISSUER,
            "trusted_issuers": [OTHER],
            "api_id": "a1",
            "denylist_refresh_seconds": 60,
            "cache_ttl": 30,
        }
        given = {f"api-{number}": {**api, **changes} for number, changes in enumerate(apis or [{}])}
        self.outputs.write_text(json.dumps({"apis": given, "denylist_bucket": self.bucket}))

    @property
    def document(self) -> dict[str, Any]:
        """What is in the bucket, which an authorizer accepts."""
        body: bytes = self.s3.get_object(Bucket=self.bucket, Key="denylist.json")["Body"].read()
        parse_denylist(body)
        return dict(json.loads(body))

    def of(self, issuer: str = ISSUER) -> dict[str, Any]:
        """What is revoked of an issuer."""
        return dict(self.document["issuers"][issuer])


@pytest.fixture
def stored(ministack: MiniStack, emulated: None, tmp_path: Path) -> Stored:
    return Stored(ministack.client("s3"), tmp_path)


@pytest.fixture
def run(stored: Stored) -> Callable[..., int]:
    return lambda *arguments: main(["revoke", "--stack-output", str(stored.outputs), *arguments])


Run = Callable[..., int]


def good(**changes: Any) -> str:
    now = int(time.time())
    return token(SIGNER, claims(**{"iat": now, "nbf": now, "exp": now + 600, **changes}))


def test_a_client_and_a_subject(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    before = int(time.time())
    assert run("--client", "billing") == 0
    assert run("--subject", "alice", "--issuer", OTHER) == 0

    after = time.time()
    times = stored.of()["not_before"]["client_id"]["billing"], stored.of(OTHER)["not_before"]["sub"]["alice"]
    assert all(before < found <= after + 1 for found in times), "the second in which it was revoked is included"
    out = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"revoked: client billing of {ISSUER}: tokens issued before 20[0-9T:-]+Z", out[0])
    assert out[1] == "api-0: within 90 s: read every 60 s, answers cached for 30 s"


def test_the_clock_is_that_of_s3(stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With that of a machine which is behind, what was issued meanwhile would not be revoked."""
    ahead = time.time() + 7200
    clients: Any = botocore.client.BaseClient
    original = clients._make_api_call

    def call(client: Any, operation: str, parameters: Any) -> Any:
        answer = original(client, operation, parameters)
        answer["ResponseMetadata"]["HTTPHeaders"]["date"] = formatdate(ahead, usegmt=True)
        return answer

    monkeypatch.setattr(clients, "_make_api_call", call)
    expired = {ISSUER: {"jti": {"expired": int(ahead) - 400}}}
    stored.write(json.dumps({"version": 1, "issuers": expired}))
    assert run("--subject", "alice") == 0

    assert stored.of() == {"not_before": {"sub": {"alice": int(ahead) + 1}, "client_id": {}}, "jti": {}}


def test_a_token_by_its_jti_from_standard_input(stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    exp = int(time.time()) + 600
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"Bearer {good(exp=exp + 0.5, jti='one')}\n"))
    assert run("--token", "-") == 0

    assert stored.of()["jti"] == {"one": exp + 1}


def test_a_key_and_undone_again(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--key", "k-1") == 0
    assert run("--client", "billing") == 0
    assert stored.document["kid"] == ["k-1"]
    assert run("--key", "k-1", "--undo") == 0
    assert run("--client", "billing", "--undo") == 0

    assert stored.document == {"version": 1, "issuers": {}, "kid": []}
    assert f"no longer revoked: client billing of {ISSUER}" in capsys.readouterr().out
    assert run("--client", "billing", "--undo") == 1
    error = f"revoke: the client billing of {ISSUER} is not revoked: `--list` shows what is\n"
    assert capsys.readouterr().err == error


def test_the_list(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--list") == 0
    assert capsys.readouterr().out == "nothing is revoked\n"
    issuers = {ISSUER: {"not_before": {"sub": {"a": 1}, "client_id": {"b": 2}}, "jti": {"c\x1b": 4102444800}}}
    stored.write(json.dumps({"version": 1, "issuers": issuers, "kid": ["k"]}))
    assert run("--list") == 0

    assert capsys.readouterr().out.splitlines() == [
        f"client b of {ISSUER}: tokens issued before 1970-01-01T00:00:02Z",
        f"subject a of {ISSUER}: tokens issued before 1970-01-01T00:00:01Z",
        f"token c\\x1b of {ISSUER}: it expires at 2100-01-01T00:00:00Z",
        "key k: all of its tokens",
    ]


def test_each_write_drops_the_tokens_that_have_expired(stored: Stored, run: Run) -> None:
    """They may be accepted for the greatest leeway after ``exp``."""
    now = int(time.time())
    issuers = {ISSUER: {"jti": {"long ago": now - 400, "just now": now - 200, "not yet": now + 60}}}
    stored.write(json.dumps({"version": 1, "issuers": issuers}))
    assert run("--key", "k") == 0

    assert set(stored.of()["jti"]) == {"just now", "not yet"}


def test_a_later_time_replaces_an_earlier_one_only(stored: Stored, run: Run) -> None:
    later = int(time.time()) + 1000
    times = {"alice": later, "bob": 1}
    stored.write(json.dumps({"version": 1, "issuers": {ISSUER: {"not_before": {"sub": times}}}}))
    assert run("--subject", "alice") == run("--subject", "bob") == 0

    found = stored.of()["not_before"]["sub"]
    assert found["alice"] == later
    assert found["bob"] > 1


def test_what_somebody_else_writes_meanwhile_is_kept(stored: Stored) -> None:
    """Deterministic: the other one writes between our reading and our writing, twice."""
    ours, others = Bucket(stored.s3, stored.bucket), Bucket(stored.s3, stored.bucket)
    interruptions = iter([Entry(KEY, "theirs-1"), Entry(KEY, "theirs-2")])

    def interrupted(entries: list[Entry]) -> list[Entry]:
        if (entry := next(interruptions, None)) is not None:
            others.change(revoked(entry))
        return revoked(Entry(KEY, "ours"))(entries)

    assert ours.change(interrupted).kids == {"ours", "theirs-1", "theirs-2"}
    assert stored.document["kid"] == ["ours", "theirs-1", "theirs-2"]


def test_a_write_whose_answer_is_lost(stored: Stored) -> None:
    """botocore repeats it, and is told that the document is another one: its own."""
    stored.write('{"version": 1, "kid": ["k"]}')
    put = stored.s3.put_object

    def put_twice(**parameters: Any) -> Any:
        put(**parameters)
        return put(**parameters)

    s3 = SimpleNamespace(get_object=stored.s3.get_object, put_object=put_twice)
    assert Bucket(s3, stored.bucket).change(undone(Entry(KEY, "k"))).kids == set()
    assert stored.document["kid"] == []


def test_somebody_who_never_stops_writing(
    stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = Bucket._read
    monkeypatch.setattr(Bucket, "_read", lambda bucket: read(bucket)._replace(etag='"another"'))

    assert run("--key", "k") == 1
    assert "somebody else has changed the denylist 20 times meanwhile: try again" in capsys.readouterr().err
    assert stored.document == {"version": 1}


def test_now_waits_until_all_have_read_it_and_then_empties_every_stage(
    stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch, ministack: MiniStack, capsys: pytest.CaptureFixture[str]
) -> None:
    api = ministack.client("apigatewayv2")
    ids = [api.create_api(Name=f"revoke-{number}", ProtocolType="HTTP")["ApiId"] for number in range(2)]
    for api_id in ids:
        for stage in ("$default", "v1"):
            api.create_stage(ApiId=api_id, StageName=stage)
    stored.output({"api_id": ids[0], "denylist_refresh_seconds": 5}, {"api_id": ids[1], "denylist_refresh_seconds": 30})
    done: list[object] = []
    monkeypatch.setattr(gateway, "sleep", lambda seconds: done.append((seconds, stored.document["kid"])))
    with _watched(monkeypatch, done):
        assert run("--key", "k", "--now") == 0

    assert done == [(32, ["k"]), *((api_id, stage) for api_id in ids for stage in ("$default", "v1"))]
    captured = capsys.readouterr()
    assert captured.err == "revoked: key k: all of its tokens; waiting 30 s until every authorizer has read it\n"
    assert captured.out.splitlines()[-1] == "it holds for api-0, api-1, whose caches are empty"
    for api_id in ids:
        api.delete_api(ApiId=api_id)


@contextmanager
def _watched(monkeypatch: pytest.MonkeyPatch, done: list[object]) -> Iterator[None]:
    """The caches that are emptied, by the requests of boto3."""
    clients: Any = botocore.client.BaseClient
    original = clients._make_api_call

    def call(client: Any, operation: str, parameters: Any) -> Any:
        if operation == "ResetAuthorizersCache":
            done.append((parameters["ApiId"], parameters["StageName"]))
        return original(client, operation, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(clients, "_make_api_call", call)
        yield


def test_an_api_that_is_gone(
    stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gateway, "sleep", lambda _: None)

    assert run("--key", "k", "--now") == 1
    assert "it is revoked, but the cache of the API a1 cannot be emptied (NotFoundException)" in capsys.readouterr().err
    assert stored.document["kid"] == ["k"]


def test_with_a_bucket_only(stored: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["revoke", "--bucket", stored.bucket, "--subject", "a", "--issuer", "urn:x"]) == 0

    assert list(stored.of("urn:x")["not_before"]["sub"]) == ["a"]
    assert len(capsys.readouterr().out.splitlines()) == 1, "nothing is known of the APIs"


USAGE = {
    "nothing to revoke": (
        ["--bucket", "b"],
        "one of the arguments --client --subject --token --key --list is required",
    ),
    "two things": (["--bucket", "b", "--key", "k", "--client", "c"], "not allowed with argument"),
    "no place": (["--key", "k"], "one of the arguments --stack-output --bucket is required"),
    "a list and more": (
        ["--bucket", "b", "--list", "--undo", "--now"],
        "--undo: has no effect with --list\n--now: has no effect with --list\n--now: which APIs",
    ),
    "nobody": (["--bucket", "b", "--client", ""], "--client: must not be empty"),
    "an issuer of a key": (["--bucket", "b", "--key", "k", "--issuer", "i"], "--issuer: is for --client and --subject"),
    "no issuer": (["--bucket", "b", "--client", "c"], "--issuer is required with --bucket: the iss of the tokens"),
    "no APIs": (
        ["--bucket", "b", "--key", "k", "--now"],
        "--now: which APIs read the denylist is not known: use --stack-",
    ),
    "an ARN": (
        ["--bucket", "b", "--key", "arn:aws:kms:eu-west-1:1:key/k"],
        "--key: must be a kid, which is the id of the KMS key, and is 'arn:aws:kms:eu-west-1:1:key/k'",
    ),
    "both from standard input": (
        ["--stack-output", "-", "--token", "-"],
        "--token -: the outputs are read from standard",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE)
def test_arguments_that_do_not_fit(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["revoke", *arguments])

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


TOKENS: dict[str, tuple[str, str]] = {
    "no token": ("abc", "--token: not a JWT in compact serialization"),
    "not ASCII": ("é.é.é", "--token: not a JWT in compact serialization"),
    "padding": (good() + "=", "--token: not a JWT in compact serialization"),
    "a name twice": (token(SIGNER, b'{"jti":"a","jti":"b"}'), "--token: not a JWT in compact serialization"),
    "no jti": (
        good(jti=ABSENT),
        "--token: it has no jti, by which it could be told from others: revoke its subject or",
    ),
    "a jti that is no text": (good(jti=1), "--token: it has no jti"),
    "no iss": (good(iss=ABSENT), "--token: it has no iss: no authorizer accepts it"),
    "no exp": (good(exp=ABSENT), "--token: it has no exp: no authorizer accepts it"),
    "exp that is true": (good(exp=True), "--token: it has no exp: no authorizer accepts it"),
    "expired": (good(exp=1), "--token: it has expired at 1970-01-01T00:00:01Z, and is denied anyhow"),
    "of nobody": (
        good(iss="urn:x"),
        f"--token: no API of the stack accepts tokens of urn:x: its issuers are {ISSUER}, {OTHER}",
    ),
}


@pytest.mark.parametrize(("text", "message"), TOKENS.values(), ids=TOKENS)
def test_tokens_that_cannot_be_revoked(
    text: str, message: str, stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--token", text) == 1

    assert capsys.readouterr().err.startswith(f"revoke: {message}")
    assert stored.document == {"version": 1}


def test_whose_client_it_is(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    stored.output({}, {"issuer": "urn:2"})
    assert run("--client", "c") == 1
    message = f"--issuer is required, since the stack has 2 own issuers: its issuers are {ISSUER}, urn:2, {OTHER}"
    assert message in capsys.readouterr().err

    assert run("--client", "c", "--issuer", "urn:3") == 1
    assert "--issuer: no API of the stack accepts tokens of urn:3" in capsys.readouterr().err
    assert run("--client", "c", "--issuer", "urn:2") == 0


OUTPUTS = {
    "no JSON": ("x", "--stack-output: not JSON ("),
    "no denylist": (
        '{"apis": {}}',
        "--stack-output: has no denylist: export bucket_name of the Denylist as denylist_bucket",
    ),
    "a list": ("[]", "--stack-output: has no denylist"),
}


@pytest.mark.parametrize(("text", "message"), OUTPUTS.values(), ids=OUTPUTS)
def test_outputs_without_a_denylist(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outputs.json").write_text(text)

    assert main(["revoke", "--stack-output", str(tmp_path / "outputs.json"), "--list"]) == 1
    assert capsys.readouterr().err.startswith(f"revoke: {message}")


def test_now_without_an_api_that_reads_it(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    stored.output({"denylist_refresh_seconds": None})

    assert run("--key", "k", "--now") == 1
    assert "--now: no API of the stack reads the denylist: export api_id" in capsys.readouterr().err
    assert stored.document == {"version": 1}


def test_what_an_authorizer_would_not_accept_is_not_written(
    stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--key", " k ") == 1
    assert "kid[0]: must not have leading or trailing white space: write 'k', not ' k '" in capsys.readouterr().err

    full = {"version": 1, "kid": [str(number) for number in range(MAX_ENTRIES)]}
    stored.write(json.dumps(full))
    assert run("--key", "one more") == 1
    assert f"the denylist is full ({MAX_ENTRIES} entries): undo what is not needed any more" in capsys.readouterr().err
    assert stored.document == full


def test_a_document_that_is_not_valid(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    stored.write('{"version": 3}')

    assert run("--list") == 1
    expected = (
        f"revoke: s3://{stored.bucket}/denylist.json is not valid, so that authorizers keep their last copy, and at last deny "
        "everything: copy an earlier version over it: version: "
    )
    assert capsys.readouterr().err.startswith(expected)


def test_no_document_and_no_bucket(stored: Stored, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    stored.s3.delete_object(Bucket=stored.bucket, Key="denylist.json")
    assert run("--list") == 1
    error = capsys.readouterr().err
    assert (
        f"revoke: s3://{stored.bucket}/denylist.json cannot be read: NoSuchKey: the component Denylist creates it"
        in error
    )

    assert main(["revoke", "--bucket", "no-such-bucket-anywhere", "--list"]) == 1
    assert "cannot be read: NoSuchBucket: the component Denylist creates it: check --bucket" in capsys.readouterr().err


def test_without_a_region_or_a_profile(
    stored: Stored, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--list", "--profile", "nobody") == 1
    assert "--profile: the profile nobody does not exist" in capsys.readouterr().err

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert run("--list") == 1
    assert "no AWS credentials: use --profile" in capsys.readouterr().err
