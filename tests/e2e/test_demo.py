"""The demo, as ``make demo`` runs it: on the project's own program, authorizer and issuer."""

import logging
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile

import pytest

from cli.check.row import Row, State
from cli.check.run import Check
from emulator.web import fetch
from examples.demo import __main__ as demo
from examples.demo.token_client import TokenClient


@pytest.fixture(autouse=True)
def own_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command must not change how the test run itself reacts to signals."""
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)


def test_every_answer_is_the_expected_one(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    assert demo.main([]) == 0
    transcript = capsys.readouterr().out
    assert transcript.count("\n  ok    ") == 2 + 40 + 3
    rotation = [line for line in transcript.partition("Rotating the key.")[2].splitlines() if line.startswith("  ok  ")]
    assert [line.endswith("200 OK") for line in rotation] == [True] * 3
    assert ["403 Forbidden" in line for line in rotation] == [False, False, True]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert re.search(r"^  ok    no token  +401 Unauthorized  +401 Unauthorized  +-$", transcript, re.MULTILINE)
    assert "40 ok, 0 failed, 0 not checked" in transcript
    assert "FAIL" not in transcript
    assert '"sub": "billing", "client_id": "billing", "scope": "orders:read orders:write"' in transcript
    assert '"authorizer": {"sub": "billing", "scope": "orders:read orders:write", "client_id": "billing"}' in transcript
    assert re.search(r"^  ok    a wrong secret +401 invalid_client$", transcript, re.MULTILINE)
    assert re.search(r"^  ok    reports, .* orders:write +400 invalid_scope$", transcript, re.MULTILINE)
    for reason in ("expired", "wrong_audience", "wrong_issuer", "bad_signature", "unknown_key", "wrong_algorithm"):
        assert re.search(rf"403 Forbidden +{reason}$", transcript, re.MULTILINE)
    assert "\033" not in transcript
    assert transcript.rstrip().endswith("make demo KEEP=1")


def test_a_wrong_answer_fails_the_demo(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Row("no token", "401 Unauthorized", "200 OK", State.BROKEN)
    monkeypatch.setattr(Check, "rows", lambda self: iter([wrong]))
    monkeypatch.setattr(demo, "rotate", lambda *_: 0)
    assert demo.main([]) == 1
    output = capsys.readouterr()
    assert re.search(r"FAIL  no token +401 Unauthorized +200 OK +-$", output.out, re.MULTILINE)
    assert "error: Not everything was as expected: see FAIL above." in output.err
    assert "curl" not in output.out


@pytest.fixture
def kept_demo() -> Iterator[subprocess.Popen[str]]:
    """``make demo KEEP=1``. It is ended in the end, whatever becomes of the test."""
    line = [sys.executable, "-m", "examples.demo", "--keep"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=demo.PROGRAM) as process:
        yield process
        process.terminate()


def test_kept_lines_keep_working(kept_demo: subprocess.Popen[str]) -> None:
    assert kept_demo.stdout is not None
    lines = [line.strip() for line in takewhile(lambda line: not line.startswith("Serving"), kept_demo.stdout)]

    (token,) = (line.removeprefix("TOKEN=") for line in lines if line.startswith("TOKEN="))
    (client,) = (shlex.split(line) for line in lines if line.startswith("curl -u "))
    assert TokenClient(*client[2].split(":")).token(client[-1])
    curls = [shlex.split(line.replace("$TOKEN", token)) for line in lines if line.startswith("curl -i ")]
    answers = [fetch(words[-1], dict(word.split(": ") for word in words if ": " in word)) for words in curls]
    assert [answer.status for answer in answers] == [200, 200, 401]

    exported = [word for line in lines if line.startswith("export ") for word in line.split()[1:]]
    (mint,) = (line for line in lines if "-m cli mint" in line)
    environment = {**os.environ, **dict(word.split("=", 1) for word in exported)}
    minted = subprocess.run(shlex.split(mint), env=environment, cwd=demo.PROGRAM, capture_output=True, text=True)
    assert minted.returncode == 0, minted.stderr
    answer = fetch(curls[0][-1], {"Authorization": f"Bearer {minted.stdout.strip()}"})
    assert answer.json()["authorizer"]["sub"] == "bob"

    (check,) = (line for line in lines if "-m cli check" in line)
    checked = subprocess.run(shlex.split(check), env=environment, cwd=demo.PROGRAM, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    kept_demo.terminate()
    assert kept_demo.wait() == 0
