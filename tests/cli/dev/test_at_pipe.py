"""``kms-jwt dev`` without a terminal: lines, JSON, and how it ends."""

import json
import os
import signal
from pathlib import Path

import pytest

from cli.command_line import main
from cli.dev.ends import HungUp, signals_as_interrupts
from emulator.web import fetch

from .running import at_pipe

PROGRAM = """
import pulumi
import pulumi_aws as aws
import settings
print("keeping logs for", settings.DAYS, "days")
pulumi.log.warn("the second group\\nis an example")
aws.cloudwatch.LogGroup("first", name="/first", retention_in_days=settings.DAYS)
aws.cloudwatch.LogGroup("second", name="/second", retention_in_days=settings.OTHER_DAYS)
aws.cloudwatch.LogGroup("third", name="/third", retention_in_days=pulumi.Config().require_int("third"))
pulumi.export("days", settings.DAYS)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-2\n  third: 1\n")
    (tmp_path / "settings.py").write_text("DAYS = 1\nOTHER_DAYS = 1\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return tmp_path


def test_events_as_json_until_a_signal(program: Path) -> None:
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
            ("print", "keeping logs for 1 days"),
            ("warning", "the second group\nis an example"),
        ]
        outputs = deployed["outputs"]
        assert isinstance(outputs, dict)
        assert (deployed["changes"], outputs["days"]) == ({"create": 3}, 1)
        assert outputs["aws_region"] == "eu-west-2"
        assert [event["event"] for event in events("watching")] == ["watching"]

        (program / "settings.py").write_text("DAYS = 3\nOTHER_DAYS = 1\n")
        assert [event["action"] for event in events("updated") if event["event"] == "step"] == ["update"]
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

        session.process.send_signal(signal.SIGTERM)
        summary = json.loads(session.rest())
        assert session.process.wait() == 0

    assert summary == {"event": "summary", "requests": 0, "verdicts": {}, "milliseconds": {}}
    with pytest.raises(OSError, match="refused"):
        fetch(outputs["aws_endpoint_url"])


def test_it_ends_when_nobody_reads_any_more(program: Path) -> None:
    with at_pipe(program) as session:
        session.wait_for(r"\d\d:\d\d:\d\d small/local: deploying \.\.\.\nkeeping logs for 1 days\n")
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


@pytest.mark.parametrize(
    ("files", "arguments", "said"),
    [
        ({}, [], r"Pulumi.yaml does not exist\."),
        ({"Pulumi.yaml": "name: small"}, ["--stack", "prod"], r"Pulumi.prod.yaml does not exist\."),
        ({"Pulumi.yaml": "name: ["}, [], "Pulumi.yaml is not valid YAML"),
        ({"Pulumi.yaml": "{name: small, runtime: yaml}"}, [], "the runtime is yaml, and only Python programs"),
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
        (tmp_path / name).write_text(text)

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
    with pytest.raises(raised), signals_as_interrupts():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
