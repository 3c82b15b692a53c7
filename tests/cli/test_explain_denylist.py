"""``kms-jwt explain`` where there is a denylist."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.command_line import main
from testkit.signers import signer
from testkit.tokens import ISSUER, NOW, claims, token
from tests.authorizer.denylists import BUCKET, configured, denylist

KEY = signer("ES256")

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def explain(text: str, content: object, configuration: object = None) -> int:
        config, file = tmp_path / "config.json", tmp_path / "denylist.json"
        config.write_text(json.dumps(configuration or configured()))
        file.write_text(json.dumps(content))
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        options = [] if content is None else ["--denylist", str(file)]
        return main(["explain", "--config", str(config), "--now", "2027-01-15T08:00:00Z", *options])

    return explain


def test_what_is_revoked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(token(KEY), denylist(not_before={"sub": {"user-1": NOW}})) == 1

    *_, row, context, _, decision = capsys.readouterr().out.splitlines()
    assert row == (
        f"FAILED  denylist   revoked_token: kid is '{KEY.kid}'; sub is 'user-1'; jti is '8f14e45f'; iat is {NOW - 60}; "
        "of this issuer it has 1 entries, and 0 keys"
    )
    assert context == "-       context"
    assert decision == "denied: revoked_token"


def test_what_is_not(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(token(KEY), denylist(not_before={"sub": {"user-2": NOW}})) == 0
    assert "\nok      denylist   kid is " in capsys.readouterr().out


def test_what_is_denied_anyhow(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(token(KEY, claims(aud="x")), denylist(KEY.kid)) == 1

    lines = capsys.readouterr().out.splitlines()
    assert "-       denylist" in lines
    assert lines[-1] == "denied: wrong_audience"


BAD = {
    "none": (
        None,
        f"--denylist is required, since the configuration has one: `aws s3 cp s3://{BUCKET}/denylist.json .`",
    ),
    "invalid": (
        {"version": 1, "kid": [1], "x": 1},
        "--denylist: x: unknown field; the fields are issuers, kid, version",
    ),
    "two faults": ({"version": 1, "kid": [1], "x": 1}, "--denylist: kid[0]: must be a string that is not empty"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_bad_input(run: Run, content: object, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        run(token(KEY), content)

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_one_without_need(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    plain = {name: value for name, value in configured().items() if name != "denylist"}
    with pytest.raises(SystemExit):
        run(token(KEY), denylist(issuer=ISSUER), plain)

    assert "--denylist: the configuration has none: remove the option" in capsys.readouterr().err
