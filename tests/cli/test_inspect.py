"""``kms-jwt inspect``: it shows what a token says, and claims nothing more."""

import io
import json
import sys
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from cli.command_line import main

KEY = ec.generate_private_key(ec.SECP256R1())
NOW = 1_800_000_000
LAST_LINE = "None of this has been verified, including the signature."


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def _token(headers: dict[str, object] | None = None, **claims: object) -> str:
    return jwt.encode(claims, KEY, "ES256", headers or {"kid": "k1"})


def _inspect(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["inspect", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_header_claims_times_and_key(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _inspect(capsys, _token(sub="alice", iat=NOW - 90, exp=NOW + 3661))

    assert lines == [
        "Header",
        '  alg  "ES256"',
        '  kid  "k1"',
        '  typ  "JWT"',
        "Claims",
        '  sub  "alice"',
        f"  iat  {NOW - 90}",
        f"  exp  {NOW + 3661}",
        "Times",
        "  issued      2027-01-15 07:58:30 UTC, 1 minute 30 seconds ago",
        "  expires     2027-01-15 09:01:01 UTC, in 1 hour 1 minute",
        "Key",
        '  "k1" (use --jwks to look it up)',
        LAST_LINE,
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "now"), (1, "in 1 second"), (-2, "2 seconds ago"), (-86400, "1 day ago"), (200000, "in 2 days 7 hours")],
)
def test_times_in_words(seconds: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert any(line.endswith(f" UTC, {words}") for line in _inspect(capsys, _token(nbf=NOW + seconds)))


@pytest.mark.parametrize("value", ["soon", True, -1, 1_800_000_000_000, None])
def test_what_is_no_time(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    token = jwt.api_jws.encode(json.dumps({"exp": value}).encode(), KEY, "ES256")

    assert f"  expires     {json.dumps(value)}: not a time in seconds since 1970" in _inspect(capsys, token)


@pytest.mark.parametrize(
    ("headers", "line"),
    [
        ({"kid": "k1"}, '"k1" is in the JWKS: EC P-256, for "ES256"'),
        ({"kid": "k2"}, '"k2" is in the JWKS: RSA, for "RS256", but the token has alg "ES256"'),
        ({"kid": "k3"}, '"k3" is not in the JWKS, which contains "k1", "k2"'),
        ({"x": 1}, "none: the token has no kid"),
    ],
)
def test_which_key(headers: dict[str, object], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jwks = {
        "keys": [
            {"kid": "k1", "kty": "EC", "crv": "P-256", "alg": "ES256"},
            {"kid": "k2", "kty": "RSA", "alg": "RS256"},
        ]
    }
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks))
    lines = _inspect(capsys, _token(headers), "--jwks", str(file))

    assert f"  {line}" in lines
    assert lines[-1] == LAST_LINE


def test_a_forged_token_shows_as_well_and_is_not_called_good(capsys: pytest.CaptureFixture[str]) -> None:
    header, payload, _ = _token(sub="mallory").split(".")
    lines = _inspect(capsys, f"{header}.{payload}.AAAA")

    assert '  sub  "mallory"' in lines
    assert lines[-1] == LAST_LINE
    assert not any("valid" in line for line in lines)


def test_nothing_in_the_token_reaches_the_terminal_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _inspect(capsys, _token({"kid": "\x1b[2J\n"}, **{"\x1b]0;x\x07": "\u202e\x1b[31m"}))

    assert all(line.isprintable() and line.isascii() for line in lines)


def test_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"Bearer {_token(sub='alice')}\n"))

    assert '  sub  "alice"' in _inspect(capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["garbage"], "inspect: not a JWT in compact serialization: "),
        (["--jwks", "-"], "inspect: --jwks -: the token is read from standard input too"),
        ([_token(), "--jwks", "nowhere.json"], "nowhere.json"),
        ([_token(), "--jwks", "-"], 'inspect: --jwks: not a JSON Web Key Set: it must be an object with a list "keys"'),
    ],
)
def test_errors(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("[]"))
    assert main(["inspect", *arguments]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
