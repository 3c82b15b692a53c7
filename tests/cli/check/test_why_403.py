"""``kms-jwt explain`` and ``kms-jwt logs`` of what is deployed: the authorizer is found by itself, on the emulator's AWS."""

import io
import json
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.command_line import main
from cli.logs import decisions
from emulator.web import fetch
from issuer import KmsSigner
from testkit.signers import signer
from testkit.tokens import header, signing_input
from testkit.tokens import sign as sign_local
from tests.authorizer.denylists import denylist
from tests.docs.code_blocks import BLOCKS

from .stack import Stack

pytestmark = pytest.mark.usefixtures("environment")

Sign = Callable[..., str]

SIGNER = signer("ES512", "another-stack")
KID = "7857b9d0-5c5e-4d3c-9d3d-0a3a3a3a140e"
"""That of the documentation."""


@pytest.fixture(scope="module")
def sign(checked: Stack) -> Sign:
    """Tokens of the stack's own key."""
    signer = KmsSigner(checked.outputs["key_alias"], checked.aws.kms)

    def token(**changes: Any) -> str:
        now = int(time.time())
        given = {"iss": checked.api["issuer"], "aud": "orders", "sub": "alice", "iat": now, "exp": now + 300}
        return signer.sign({**given, "scope": "orders:read", **changes})

    return token


@pytest.fixture
def pulumi(checked: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in place of the Pulumi CLI, which knows the stack ``dev``."""
    (tmp_path / "printed.json").write_text(json.dumps(checked.outputs))
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
        for argument; do last=$argument; done
        [ "$last" = --stack=dev ] && exec cat {tmp_path}/printed.json
        echo 'warning: a new version of Pulumi is available' >&2
        echo "error: no stack named '${{last#--stack=}}' found" >&2
        exit 255
        """
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def _last(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def _error(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error, with nothing on standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line


@pytest.mark.usefixtures("pulumi")
def test_a_token_is_explained_by_what_the_stack_has_deployed(sign: Sign, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", sign(), "--stack", "dev", "--route", "GET /orders"]) == 0
    assert _last(capsys) == "allowed"

    assert main(["explain", sign(aud="reports"), "--stack", "dev"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "FAILED  audience   wrong_audience: aud is 'reports'; accepted: 'orders'" in lines
    assert lines[-1] == "denied: wrong_audience"


def test_without_a_route_it_is_explained_for_each(sign: Sign, outputs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", sign(), "--stack-output", outputs]) == 0

    *_, orders, whoami, write, context, _, decision = capsys.readouterr().out.splitlines()
    assert decision == "allowed on GET /orders, GET /whoami; denied: insufficient_scope on POST /orders"
    assert orders.startswith("ok      route ")
    assert whoami.endswith("GET /whoami requires no scope")
    assert write.startswith(
        "FAILED  route      insufficient_scope: scope is 'orders:read', scp is missing; POST /orders"
    )
    assert context.startswith("ok      context ")

    assert main(["explain", sign(exp=1), "--stack-output", outputs]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert (lines.count("-       route"), lines[-1]) == (1, "denied: expired")


def test_by_the_name_of_the_function_with_the_outputs_or_the_token_from_standard_input(
    checked: Stack, sign: Sign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(sign()))
    assert main(["explain", "--function", checked.function, "--route", "GET /orders"]) == 0
    assert _last(capsys) == "allowed"

    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(checked.outputs)))
    assert main(["explain", sign(), "--stack-output", "-", "--api", "orders", "--route", "POST /orders"]) == 1
    assert _last(capsys) == "denied: insufficient_scope"


def test_the_denylist_is_read_from_where_the_authorizer_reads_it(
    checked: Stack, sign: Sign, outputs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    s3: Any = checked.aws.client("s3")
    s3.create_bucket(Bucket="why-403", CreateBucketConfiguration={"LocationConstraint": checked.aws.region})
    revoked = json.dumps(denylist(not_before={"sub": {"alice": 4102444800}}, issuer=checked.api["issuer"]))
    command = ["explain", sign(), "--stack-output", outputs, "--route", "GET /orders"]
    with checked.configured(lambda config: config.update(denylist={"bucket": "why-403"})):
        assert main(command) == 2
        assert _error(capsys) == (
            "explain: s3://why-403/denylist.json cannot be read: NoSuchKey: the component Denylist creates it: "
            "run `pulumi up`; or use --denylist FILE"
        )
        s3.put_object(Bucket="why-403", Key="denylist.json", Body=revoked.encode())
        assert main(command) == 1
        assert _last(capsys) == "denied: revoked_token"
        (tmp_path / "none.json").write_text('{"version": 1}')
        assert main([*command, "--denylist", str(tmp_path / "none.json")]) == 0
        assert _last(capsys) == "allowed"


def test_at_a_terminal_what_was_found_is_red_and_what_is_wanted_green(
    sign: Sign, outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["explain", sign(aud="reports"), "--stack-output", outputs]) == 1

    assert (
        "\x1b[31mFAILED\x1b[0m  audience   \x1b[1mwrong_audience: \x1b[0m\x1b[31maud is 'reports'\x1b[0m; "
        "\x1b[32maccepted: 'orders'\x1b[0m\n"
    ) in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["explain", sign(aud="reports"), "--stack-output", outputs]) == 1
    assert "\x1b" not in capsys.readouterr().out


SIX: dict[str, dict[str, Any]] = {
    "expired": {"exp": 1796040000},
    "wrong_audience": {"aud": "reports"},
    "wrong_issuer": {"iss": "https://auth.local.example.com/"},
    "insufficient_scope": {"scope": "orders:write"},
    "bad_signature": {},
    "unknown_key": {},
}
"""Reasons, and what is wrong with the token."""


def test_six_denied_tokens_are_explained_as_the_documentation_shows_it(
    checked: Stack, sign: Sign, outputs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/operations.md, with the id of its key."""
    kid = checked.outputs["key_arn"].rpartition("/")[2]
    shown = []
    for reason, wrong in SIX.items():
        token = sign(**{"iat": 1796040000 - 300, "exp": 1796040900, **wrong})
        if reason == "bad_signature":
            token = f"{token.rpartition('.')[0]}.{sign().rpartition('.')[2]}"
        if reason == "unknown_key":
            token = sign_local(SIGNER, signing_input(header(SIGNER), {"sub": "alice"}))
        command = ["explain", token, "--stack-output", outputs, "--route", "GET /orders"]
        assert main([*command, "--now", "2026-11-30T12:05:00Z"]) == 1
        *_, decision = lines = capsys.readouterr().out.splitlines()
        assert decision == f"denied: {reason}"
        shown += [line.replace(kid, KID) for line in lines if line.startswith("FAILED")]

    (documented,) = (block for block in BLOCKS if block.text.startswith("FAILED"))
    assert documented.text.splitlines() == shown


COMMANDS = (["explain", "a.b.c"], ["logs"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.usefixtures("pulumi")
def test_what_is_not_there_is_one_line(
    command: list[str], outputs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--stack", "prod"]) == 2
    assert _error(capsys) == (
        f"{command[0]}: --stack prod: pulumi: no stack named 'prod' found: `pulumi stack ls` lists the stacks of this folder"
    )
    assert main([*command, "--function", "nobody"]) == 2
    assert ": --function nobody: there is no such function in region " in _error(capsys)
    assert main([*command, "--stack-output", outputs, "--api", "reports"]) == 2
    assert _error(capsys).endswith("--api reports: not one of the stack's APIs, which are orders")
    assert main([*command, "--stack-output", str(tmp_path / "none.json")]) == 2
    assert _error(capsys).endswith("none.json: No such file or directory")
    two = tmp_path / "two.json"
    two.write_text(json.dumps({"apis": {name: {"endpoint": "https://x"} for name in ("a", "b")}}))
    assert main([*command, "--stack-output", str(two)]) == 2
    assert _error(capsys).endswith("the stack has 2 APIs: use --api with one of a, b")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_the_pulumi_cli_or_credentials_it_is_one_line(
    command: list[str],
    outputs: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([*command, "--stack", "dev"]) == 2
    assert _error(capsys).startswith(
        f"{command[0]}: --stack: the Pulumi CLI (pulumi) is not on the PATH: install it, or use --stack-output FILE"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert main([*command, "--stack-output", outputs]) == 2
    assert _error(capsys) == (f"{command[0]}: no AWS credentials: use --profile, `aws configure`, or AWS_ACCESS_KEY_ID")


def _call(checked: Stack, token: str, path: str) -> int:
    return fetch(checked.api["endpoint"] + path, headers={"Authorization": f"Bearer {token}"}).status


def test_the_log_as_a_table(
    checked: Stack, sign: Sign, outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call(checked, sign(jti="allowed"), "/orders") == 200
    assert _call(checked, sign(aud="reports"), "/orders") == 403

    assert main(["logs", "--stack-output", outputs]) == 0
    title, *lines = capsys.readouterr().out.splitlines()
    assert title.split() == ["time", "(UTC)", "decision", "route", "ms", "caller", "issuer", "request", "key"]
    assert {"allowed", "wrong_audience"} <= {line[21:].split()[0] for line in lines}
    assert any(" wrong_audience " in line and " GET /orders " in line for line in lines)

    assert main(["logs", "--function", checked.function, "--denied", "--since", "1h"]) == 0
    _, *denied = capsys.readouterr().out.splitlines()
    assert denied
    assert not any(" allowed " in line for line in denied)


def test_when_nobody_reads_on_the_end_is_quiet(
    checked: Stack, sign: Sign, outputs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _call(checked, sign(iss="https://unread"), "/orders")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread, (tmp_path / "errors").open("w") as errors:
        monkeypatch.setattr(sys, "stdout", unread)
        monkeypatch.setattr(sys, "stderr", errors)
        assert main(["logs", "--stack-output", outputs, "--follow"]) == 141

    assert (tmp_path / "errors").read_text() == ""


def test_an_endpoint_that_is_no_url_is_one_line(
    outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    for command in COMMANDS:
        assert main([*command, "--stack-output", outputs]) == 2
        assert _error(capsys) == f"{command[0]}: Invalid endpoint: nonsense"


def test_it_goes_on_with_what_is_decided_meanwhile_and_shows_it_once(
    checked: Stack, sign: Sign, outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = iter([True, False])
    logs = ["logs", "--stack-output", outputs, "--denied"]

    def expired() -> int:
        return sum(" expired " in line for line in capsys.readouterr().out.splitlines())

    def meanwhile(_: float) -> None:
        called = next(rounds, None)
        if called is None:
            raise KeyboardInterrupt
        if called:
            _call(checked, sign(exp=1), "/orders")

    main(logs)
    before = expired()  # of other tests
    monkeypatch.setattr(decisions, "sleep", meanwhile)
    assert main([*logs, "--follow"]) == 130

    assert expired() == before + 1
