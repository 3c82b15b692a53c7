"""``kms-jwt dev`` without a terminal: lines, JSON, and how it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command_line import main
from cli.dev.display import display
from cli.dev.ends import HungUp, signals_as_interrupts
from cli.dev.requests import when_it_ends
from cli.dev.session import Session
from emulator.config import StackFile
from emulator.deployment import Deployment
from emulator.errors import ServerError
from emulator.server import MiniStack
from emulator.web import fetch

from .running import ROOT, at_pipe

PROGRAM = """
import pulumi
import pulumi_aws as aws
import settings
pulumi.log.warn("the second group\\nis an example")
aws.cloudwatch.LogGroup("first", name="/first", retention_in_days=settings.DAYS)
aws.cloudwatch.LogGroup("second", name="/second", retention_in_days=settings.OTHER_DAYS)
aws.cloudwatch.LogGroup("third", name="/third", retention_in_days=pulumi.Config().require_int("third"))
pulumi.export("days", settings.DAYS)
"""

NOISE = """
import os
import pathlib
import subprocess
print("from the program", flush=True)
os.write(1, b"\\xff octets\\n")
subprocess.run(["echo", "from a child"])
pathlib.Path("made.txt").write_text(os.urandom(8).hex())
pulumi.export("limits", [float("nan"), float("inf")])
pulumi.export("asset", pulumi.StringAsset("text"))
pulumi.export("password", pulumi.Output.secret("hunter2"))
pulumi.export("login", {"password": pulumi.Output.secret("hunter2")})
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-2\n  third: 1\n")
    (tmp_path / "settings.py").write_text("DAYS = 1\nOTHER_DAYS = 1\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return tmp_path


def test_events_as_json_until_a_signal(program: Path) -> None:
    """Whatever the program prints: standard output has nothing but events."""
    (program / "__main__.py").write_text(PROGRAM + NOISE)
    with at_pipe(program, "--json") as session:

        def events(last: str) -> list[dict[str, object]]:
            """Up to the next one with this name; each line that is printed is one."""
            found: list[dict[str, object]] = []
            while not found or found[-1]["event"] != last:
                found.append(json.loads(session.wait_for(r".*\n")[0]))
            return found

        began, *others, deployed = events("deployed")
        assert began == {"event": "deploying", "what": "small/local: deploying"}
        steps = [event for event in others if event["event"] == "step"]
        assert {(str(step["urn"]).rpartition("::")[2], step["action"]) for step in steps} == {
            ("first", "create"),
            ("second", "create"),
            ("third", "create"),
        }
        assert [(event["severity"], event["text"]) for event in others if event["event"] == "message"] == [
            ("warning", "the second group\nis an example")
        ]
        outputs = deployed["outputs"]
        assert isinstance(outputs, dict)
        assert (deployed["changes"], outputs["days"]) == ({"create": 3}, 1)
        assert outputs["aws_region"] == "eu-west-2"
        assert outputs["limits"] == ["nan", "inf"]
        assert outputs["asset"] == "(an asset or archive)"
        assert (outputs["password"], outputs["login"]) == ("[secret]", "[secret]")
        assert [event["event"] for event in events("watching")] == ["watching"]
        (program / "settings.py").write_text("DAYS = 1\nOTHER_DAYS = 1\n")
        *reloads, unwatched = events("unwatched")
        assert {event["event"] for event in reloads} == {"deploying", "message", "updated"}
        assert unwatched["files"] == ["made.txt"]

        (program / "settings.py").write_text("DAYS = 3\nOTHER_DAYS = 1\n")
        *others, updated = events("updated")
        assert [event["action"] for event in others if event["event"] == "step"] == ["update"]
        assert (updated["because"], updated["changes"]) == ("changed settings.py", {"update": 1})
        (program / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-2\n  third: 3\n")
        updated = events("updated")[-1]
        assert (updated["because"], updated["changes"]) == ("changed Pulumi.local.yaml", {"update": 1})

        (program / "settings.py").write_text("DAYS = 5\nOTHER_DAYS = 1 +\n")
        broken = events("error")[-1]
        assert (broken["file"], broken["line"], broken["served"]) == ("settings.py", 2, True)
        assert broken["message"] == "SyntaxError: invalid syntax"

        (program / "Pulumi.local.yaml").write_text("config: [")
        unread = events("error")[-1]
        assert "Pulumi.local.yaml is not valid YAML" in str(unread["message"])
        assert ("file" in unread, unread["served"]) == (False, True)

        (program / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-2\n  third: 3\n")
        assert events("error")[-1]["file"] == "settings.py"
        (program / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
        assert "name was small and is other" in str(events("error")[-1]["message"])
        (program / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
        assert events("error")[-1]["file"] == "settings.py"
        (program / "Pulumi.local.yaml").write_text("config:\n  third: 3\n")
        assert "region was eu-west-2 and is us-east-1" in str(events("error")[-1]["message"])
        (program / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-2\n  third: 3\n")
        assert events("error")[-1]["file"] == "settings.py"
        (program / "settings.py").write_text("import sys; sys.exit(7)\n")
        ended = events("error")[-1]
        assert (ended["message"], ended["served"]) == ("SystemExit: 7", True)

        session.process.send_signal(signal.SIGTERM)
        summary = json.loads(session.rest())
        assert session.process.wait() == 0
        assert session.process.stderr is not None
        noise = session.process.stderr.read()
        assert noise.startswith(b"from the program\n\xff octets\nfrom a child\n")
        assert "hunter2" not in session.raw
        assert [json.loads(line)["event"] for line in session.raw.splitlines()][-1] == "summary"

    assert summary == {"event": "summary", "requests": 0, "verdicts": {}, "milliseconds": {}}
    with pytest.raises(OSError, match="refused"):
        fetch(outputs["aws_endpoint_url"])


def test_it_ends_when_nobody_reads_any_more(program: Path) -> None:
    with at_pipe(program) as session:
        session.wait_for(r"\d\d:\d\d:\d\d small/local: deploying \.\.\.\n")
        session.wait_for(r"\d\d:\d\d:\d\d warning: the second group\n  is an example\n")
        session.wait_for(r"LogGroup \S+  create  \d+\.\d\d s\n")
        session.wait_for(r"small/local: 3 created in \d+\.\d s\nAWS  http://127\.0\.0\.1:\d+  eu-west-2\ndays  1\n")
        session.wait_for("watching for changes\n")
        assert session.process.stdout is not None
        assert session.process.stderr is not None
        session.process.stdout.close()
        assert session.process.wait() == 141
        assert session.process.stderr.read() == b""
    assert "\x1b" not in session.raw


def test_an_emulator_that_is_gone_ends_the_session(program: Path) -> None:
    with MiniStack() as ministack:
        deployment = Deployment(ministack, program, "small", "local")
        session = Session(deployment, lambda: StackFile("small", {}), display(None, as_json=True), has_keys=False)
        when_it_ends(ministack, lambda error: session.put("ended", error))
        os.kill(ministack.pid, signal.SIGKILL)
        with pytest.raises(ServerError, match="MiniStack ended unexpectedly with -9"):
            session.serve()


@pytest.mark.parametrize(
    ("files", "arguments", "said"),
    [
        ({}, [], r"Pulumi.yaml does not exist\."),
        ({"Pulumi.yaml": "name: small"}, ["--stack", "prod"], r"Pulumi.prod.yaml does not exist\."),
        ({"Pulumi.yaml": "name: ["}, [], "Pulumi.yaml is not valid YAML"),
        ({"Pulumi.yaml": "{name: small, runtime: yaml}"}, [], "the runtime is yaml, and only Python programs"),
        ({"Pulumi.yaml": "name: \udcff"}, [], "Pulumi.yaml cannot be read: 'utf-8' codec"),
        (
            {"Pulumi.yaml": "name: small", "Pulumi.local.yaml": "config: [1]"},
            [],
            "local.yaml: config must map names to values",
        ),
        (
            {"Pulumi.yaml": "name: small", "Pulumi.local.yaml": "config: {1: a}"},
            [],
            "local.yaml: config must map names",
        ),
    ],
)
def test_what_cannot_be_started_is_one_line(
    files: dict[str, str],
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text, errors="surrogateescape")

    assert main(["dev", *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("dev: ")
    assert printed.err.count("\n") == 1
    import re

    assert re.search(said, printed.err)


@pytest.mark.parametrize(
    ("number", "raised"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, KeyboardInterrupt), (signal.SIGHUP, HungUp)],
)
def test_every_signal_ends_it_and_is_handled_as_before_afterwards(
    number: signal.Signals, raised: type[BaseException]
) -> None:
    before = signal.getsignal(number)
    went_on = []

    async def program() -> None:
        os.kill(os.getpid(), number)
        went_on.append(number)

    with pytest.raises(raised), signals_as_interrupts(), asyncio.Runner() as runner:
        runner.run(program())
    assert went_on == [], "asyncio's own handler waits for the program"
    assert signal.getsignal(number) is before


def test_a_program_that_catches_every_exception_is_ended_by_the_third_signal() -> None:
    program = """
import os, signal
from cli.dev.ends import signals_as_interrupts
with signals_as_interrupts():
    for _ in range(3):
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except BaseException:
            print("caught", flush=True)
print("alive")
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-signal.SIGINT, "caught\ncaught\n")
