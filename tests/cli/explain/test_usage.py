"""The arguments, files and exit codes of ``kms-jwt explain``."""

import codecs
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.command_line import main
from testkit.tokens import AUDIENCE

from .judged import CONFIG, ROUTE, good, run_explain

ROOT = Path(__file__).resolve().parents[3]


def test_the_exit_code_and_the_last_line_tell_the_decision(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--config", config, "--route", ROUTE, "--now", "2027-01-15T08:00:00Z")
    assert run_explain(monkeypatch, good() + "\n", *arguments) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "allowed"

    assert run_explain(monkeypatch, good(aud="reports"), *arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[8].startswith("ok      issuer     iss is ")
    assert lines[9] == f"FAILED  audience   wrong_audience: aud is 'reports'; accepted: '{AUDIENCE}'"
    assert lines[10] == "-       times"
    assert lines[-1] == "denied: wrong_audience"


def test_an_unknown_route(config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--config", config, "--route", "GET /other", "--now", "2027-01-15T08:00:00Z")
    assert run_explain(monkeypatch, good(), *arguments) == 1
    assert "unknown_route: GET /other is not one of the routes: 'GET /orders', 'GET /whoami'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--route", ROUTE, "--now", "noon"], "'noon' is not a time with a time zone"),
        (["--route", ROUTE, "--now", "2027-01-15T08:00:00"], "is not a time with a time zone"),
        (["--route", ROUTE, "--api", "orders"], "--api: is one of a stack: use --stack or --stack-output, too"),
        (["--config", "-"], "--config -: the token is read from standard input: specify a file"),
        (
            ["--client-certificate", "-"],
            "--client-certificate -: the token is read from standard input: specify a file",
        ),
        (
            ["--route", ROUTE, "--client-certificate", "nowhere.pem"],
            "--client-certificate: nowhere.pem cannot be read: No such file",
        ),
        (
            ["--route", ROUTE, "--client-certificate", os.devnull],
            f"{os.devnull} contains no certificate in PEM format: write the client's",
        ),
        (["--config", "nowhere.json"], "--config: nowhere.json cannot be read: No such file or directory"),
        (["--denylist", "nowhere.json"], "--denylist: nowhere.json cannot be read: No such file or directory"),
    ],
)
def test_wrong_usage(
    config: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    with pytest.raises(SystemExit) as exit_:
        run_explain(monkeypatch, "", "--config", config, *arguments)

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_a_configuration_that_the_authorizer_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**CONFIG, "issuers": []}))
    with pytest.raises(SystemExit) as exit_:
        run_explain(monkeypatch, "", "--config", str(path))

    assert exit_.value.code == 2
    assert "issuers: must be a list of at least one value" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 1, "version": 1}'])
def test_a_configuration_that_is_no_json(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(SystemExit) as exit_:
        run_explain(monkeypatch, "", "--config", str(path))

    assert exit_.value.code == 2
    assert f"error: {path}: " in capsys.readouterr().err


def test_keys_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    path = tmp_path / "config.json"
    key = {"key_id": "arn:aws:kms:eu-west-1:123456789012:key/1", "alg": "ES256"}
    path.write_text(json.dumps({**{k: v for k, v in CONFIG.items() if k != "keys"}, "kms": {"keys": [key]}}))
    with pytest.raises(SystemExit) as exit_:
        run_explain(monkeypatch, "", "--config", str(path), "--route", ROUTE)

    assert exit_.value.code == 2
    assert "error: You must specify a region." in capsys.readouterr().err


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["UTF-8", "PowerShell", "UTF-16BE"],
)
def test_files_with_a_byte_order_mark(
    encode: Callable[[str], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(encode(json.dumps(CONFIG)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(encode(f"Bearer {good()}\n"))))
    assert main(["explain", "--config", str(path), "--route", ROUTE, "--now", "2027-01-15T08:00:00Z"]) == 0

    assert capsys.readouterr().out.endswith("\nallowed\n")


def test_the_beginning_of_time_is_a_time(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_explain(monkeypatch, good(), "--config", config, "--route", ROUTE, "--now", "1970-01-01T00:00:00Z")

    assert "now is 1970-01-01T00:00:00Z" in capsys.readouterr().out


def test_as_a_module(config: str) -> None:
    command = [sys.executable, "-m", "cli", "explain", "--config", config, "--route", ROUTE]
    result = subprocess.run(command, cwd=ROOT, input="x.y.z", capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("\ndenied: malformed_token\n")


def test_when_nobody_reads_on_the_end_is_quiet(config: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli", "explain", "--config", config, "--route", ROUTE]
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(
            command, cwd=ROOT, input="x.y.z", stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (result.returncode, result.stderr) == (141, "")
