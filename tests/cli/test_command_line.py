"""What all commands of ``kms-jwt`` do alike: hostile text, byte order marks, and readers that leave early."""

import base64
import codecs
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.command_line import main

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\nforged: line\x7f\u202e\u2028"
JWKS = {"keys": [{"kid": "k", "kty": "EC", "crv": "P-256", "alg": "ES256"}]}


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _token(header: object, claims: object) -> str:
    return f"{_encoded(header)}.{_encoded(claims)}.AAAA"


TOKEN = _token({"alg": "ES256", "kid": "k"}, {"sub": "alice"})

HOSTILE_COMMANDS = {
    "critical extension": ["inspect", _token({"alg": "ES256", "crit": [HOSTILE]}, {})],
    "missing extension": ["inspect", _token({"alg": "ES256", "crit": ["b64"], HOSTILE: 1}, {})],
    "header": ["inspect", _token({"alg": HOSTILE, "kid": HOSTILE, HOSTILE: HOSTILE}, {HOSTILE: HOSTILE})],
    "times": ["inspect", _token({"alg": "x"}, {"exp": HOSTILE, "iat": [HOSTILE]})],
    "no token": ["inspect", HOSTILE],
    "no base64": ["inspect", f"{HOSTILE}.{HOSTILE}.{HOSTILE}"],
    "no JSON": ["inspect", f"{base64.urlsafe_b64encode(HOSTILE.encode()).decode()}.e30.AAAA"],
    "file of inspect": ["inspect", TOKEN, "--jwks", HOSTILE],
    "file of jwks": ["jwks", "--stack-output", HOSTILE],
    "file of check": ["check", "--stack-output", HOSTILE],
    "endpoint": [
        "check",
        "--endpoint",
        HOSTILE,
        "--key",
        "k",
        "--issuer",
        "i",
        "--audience",
        "a",
        "--region",
        "eu-west-1",
    ],
    "profile": ["mint", "--key", "k", "--profile", HOSTILE],
    "region": ["jwks", "--key", "k", "--region", HOSTILE],
    "bucket": ["revoke", "--bucket", HOSTILE, "--list", "--region", "eu-west-1"],
    "issuer": ["revoke", "--bucket", "b", "--client", "c", "--issuer", HOSTILE, "--token", HOSTILE],
    "token to revoke": ["revoke", "--bucket", "b", "--token", HOSTILE],
    "claim": ["mint", "--key", "k", "--claim", HOSTILE],
    "claim that is no JSON": ["mint", "--key", "k", "--claim", f"a:={HOSTILE}"],
    "time to live": ["mint", "--key", "k", "--ttl", HOSTILE],
    "argument": ["inspect", TOKEN, HOSTILE],
    "option": ["inspect", f"--{HOSTILE}"],
    "command": [HOSTILE],
}


@pytest.mark.parametrize("arguments", HOSTILE_COMMANDS.values(), ids=HOSTILE_COMMANDS)
def test_nothing_that_was_typed_or_sent_controls_the_terminal(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        main(arguments)

    captured = capsys.readouterr()
    lines = (captured.out + captured.err).split("\n")
    assert len(lines) > 1
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("forged") for line in lines)


@pytest.mark.parametrize("place", ["kid", "kty", "alg"])
def test_a_hostile_jwks(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [{"kid": "k", place: HOSTILE}]}))
    assert main(["inspect", TOKEN, "--jwks", str(file)]) == 0

    assert all(line.isprintable() for line in capsys.readouterr().out.split("\n"))


def test_a_published_key_set_is_printable_and_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "outputs.json"
    jwks = {"keys": [{"kid": HOSTILE}]}
    file.write_text(json.dumps({"jwks": jwks}))
    assert main(["jwks", "--stack-output", str(file)]) == 0

    out = capsys.readouterr().out
    assert json.loads(out) == jwks
    assert all(line.isprintable() for line in out.split("\n"))


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 of PowerShell": lambda text: codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le"),
    "UTF-16 big-endian": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("source", ["file", "standard input"])
def test_text_as_powershell_writes_it(
    source: str,
    encode: Callable[[str], bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def given(text: str) -> str:
        octets = encode(text)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
        (tmp_path / "input").write_bytes(octets)
        return str(tmp_path / "input") if source == "file" else "-"

    assert main(["inspect", TOKEN, "--jwks", given(json.dumps(JWKS, indent=1) + "\n")]) == 0
    assert '"k" is in the JWKS' in capsys.readouterr().out
    assert main(["jwks", "--stack-output", given(json.dumps({"jwks": JWKS}) + "\n")]) == 0
    assert json.loads(capsys.readouterr().out) == JWKS
    given(f"Bearer {TOKEN}\n")
    assert main(["inspect"]) == 0
    assert 'sub  "alice"' in capsys.readouterr().out


@pytest.mark.parametrize("command", [["inspect"], ["jwks", "--stack-output", "-"]])
def test_input_that_is_no_text(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9")))
    assert main(command) == 1

    error = f"{command[0]}: standard input: not text: unexpected end of data (utf-8, byte 3): save it as UTF-8\n"
    assert capsys.readouterr() == ("", error)


BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
"""An environment in which Python holds output back, and writes the rest at its end."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["inspect"], TOKEN),
        (["jwks", "--stack-output", "-"], json.dumps({"jwks": JWKS})),
        (["mint", "--help"], ""),
        (["--help"], ""),
    ],
)
def test_when_nobody_reads_on_the_end_is_quiet(arguments: list[str], text: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli", *arguments]
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(
            command, cwd=ROOT, env=BUFFERED, input=text, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (result.returncode, result.stderr) == (141, "")


def test_a_message_that_nobody_reads() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cli", "inspect", "garbage"]
    with os.fdopen(writer, "w") as pipe:
        result = subprocess.run(command, cwd=ROOT, env=BUFFERED, stdout=pipe, stderr=pipe, check=False)

    assert result.returncode == 141


DEEP = base64.urlsafe_b64encode(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}").decode().rstrip("=")


@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect", f"{DEEP}.e30.AAAA"],
        ["inspect", f"{_encoded({'alg': 'x'})}.{DEEP}.AAAA"],
        ["inspect", ""],
        ["inspect", "\udcff"],
        ["mint", "--key", "k", "--claim", f"a:={'[' * 100_000}"],
    ],
    ids=["header", "claims", "nothing", "no text", "claim"],
)
def test_what_cannot_be_read_is_a_message(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(SystemExit):
        assert main(arguments) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{arguments[0]}: " in captured.err


def test_without_a_region_it_says_where_to_set_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)

    assert main(["mint", "--key", "alias/orders-signing"]) == 1
    assert "no AWS region: use --region, AWS_DEFAULT_REGION" in capsys.readouterr().err
