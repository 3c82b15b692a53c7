"""``kms-jwt mint`` as a user types it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest

from cli.command_line import main

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("emulated")


@pytest.fixture
def key_id(kms: Any) -> str:
    return str(kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])


def _mint(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "mint", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False)


def test_only_the_token_goes_to_standard_output(key_id: str) -> None:
    result = _mint("--key", key_id, "--claim", "sub=alice", "--ttl", "15m")

    assert result.returncode == 0
    assert result.stderr == ""
    token = result.stdout.removesuffix("\n")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == "alice"
    assert claims["exp"] - claims["iat"] == 900
    assert jwt.get_unverified_header(token)["kid"] == key_id


def test_claims_and_headers(key_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["mint", "--key", key_id, "--issuer", "https://i", "--audience", "a", "--audience", "b", "--scope", "x"]
    arguments += [
        "--scope",
        "y",
        "--claim",
        "admin:=true",
        "--claim",
        "eq=a=b",
        "--header",
        "typ=at+jwt",
        "--ttl=-1h",
    ]
    assert main(arguments) == 0

    token = capsys.readouterr().out.strip()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iss"] == "https://i"
    assert claims["aud"] == ["a", "b"]
    assert claims["scope"] == "x y"
    assert claims["admin"] is True
    assert claims["eq"] == "a=b"
    assert claims["exp"] - claims["iat"] == -3600
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


def test_one_audience_is_a_string_and_a_claim_goes_first(key_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mint", "--key", key_id, "--audience", "a", "--claim", "jti=mine"]) == 0

    claims = jwt.decode(capsys.readouterr().out.strip(), options={"verify_signature": False})
    assert claims["aud"] == "a"
    assert claims["jti"] == "mine"


def test_an_error_of_kms_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mint", "--key", "alias/nobody"]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("mint: alias/nobody: no such key or alias")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--claim", "rate:=NaN"], "mint: claims.rate: nan is not a JSON number"),
        (["--header", "x:=[1e999]"], "mint: headers.x[0]: inf is not a JSON number"),
        (["--header", "kid=x"], "mint: kid: set by the signing key"),
    ],
)
def test_what_no_jwt_can_hold(
    arguments: list[str], message: str, key_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mint", "--key", key_id, *arguments]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)


def test_a_token_that_nobody_reads_is_no_traceback(key_id: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli", "mint", "--key", key_id]
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(command, cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)

    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ttl", "15"], "'15' is not a duration: write a number and s, m, h or d, such as 15m"),
        (["--claim", "sub"], "'sub': write NAME=TEXT or NAME:=JSON"),
        (["--claim", "a:={"], "'{' is not JSON"),
        ([], "the following arguments are required: --key"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["mint", *arguments, *(["--key", "k"] if arguments else [])])

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err
