"""The command line, run as a user runs it: in a process of its own, on a small program."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from emulator import __main__ as command
from emulator.server import MiniStack
from emulator.web import fetch

PROGRAM = """
import pulumi
import pulumi_aws as aws
key = aws.kms.Key("key", description=pulumi.Config().require("description"))
pulumi.export("key_id", key.key_id)
pulumi.export("list", [1, 2])
"""

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  small:description: hello\n  aws:region: eu-west-2\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return tmp_path


@contextlib.contextmanager
def start(program: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The running command. It is ended in the end, whatever becomes of the test."""
    line = [sys.executable, "-m", "emulator", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=program, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_up_serves_until_a_signal_and_ends_with_0(program: Path, number: signal.Signals) -> None:
    with start(program, "up", "--json") as process:
        assert process.stdout is not None
        outputs = json.loads(process.stdout.readline())
        assert fetch(outputs["aws_endpoint_url"] + "/_ministack/health").status == 200
        process.send_signal(number)
        rest, progress = process.communicate()

    assert process.returncode == 0
    assert outputs["list"] == [1, 2]
    assert outputs["aws_region"] == "eu-west-2"
    assert rest == ""
    assert "create aws:kms/key:Key key" in progress
    with pytest.raises(OSError, match="refused"):
        fetch(outputs["aws_endpoint_url"])


MORE = """
pulumi.CustomResource("acme:index/thing:Thing", "thing", {"size": 1})
pulumi.export("vpc", pulumi.StackReference("organization/network/dev").require_output("vpc"))
"""


def test_up_prints_readable_outputs(program: Path) -> None:
    """Also of a program that refers to another stack, and declares what is only faked: the summary counts it."""
    (program / "__main__.py").write_text(PROGRAM + MORE)
    (program / "network.json").write_text('{"vpc": "vpc-1"}')
    more = ("--fake", "acme:*", "--stack-outputs", "organization/network/dev=network.json")
    with start(program, "up", *more) as process:
        assert process.stdout is not None
        lines = list(takewhile(lambda line: line != "Ctrl-C ends it.\n", process.stdout))
        process.terminate()
        progress = process.communicate()[1]
    assert lines[0].startswith("aws_endpoint_url: http://127.0.0.1:")
    assert lines[1] == "aws_region: eu-west-2\n"
    assert lines[2].startswith("key_id: ")
    assert lines[3:] == ["list: [\n", "  1,\n", "  2\n", "]\n", "vpc: vpc-1\n"]
    assert "acme:index/thing:Thing::thing is a fake: " in progress
    assert "Deployed 2 resources, 1 of them fakes.\n" in progress


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("organization/network/dev", "write NAME=FILE, the FILE being written by `pulumi stack output --json`."),
        ("network=absent.json", "absent.json cannot be read as JSON (No such file or directory)."),
        ("network=Pulumi.yaml", "Pulumi.yaml cannot be read as JSON (Expecting value: line 1 column 1 (char 0))."),
        ("network=list.json", "write NAME=FILE, the FILE being written by `pulumi stack output --json`."),
    ],
)
def test_wrong_stack_outputs_are_one_message(
    program: Path, argument: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program / "list.json").write_text("[]")
    monkeypatch.chdir(program)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)

    assert command.main(["up", "--stack-outputs", argument]) == 1
    assert capsys.readouterr().err == f"error: --stack-outputs {argument}: {said}\n"


def test_up_prints_where_mutual_tls_is(
    program: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If a domain requires it: here there is none, so the address is made up, and nothing is served."""
    monkeypatch.chdir(program)
    monkeypatch.setattr(MiniStack, "mutual_tls_address", "127.0.0.1:41235")
    monkeypatch.setattr(MiniStack, "wait", lambda ministack: None)

    command.up("local", None, as_json=False)

    assert "mutual_tls_address: 127.0.0.1:41235\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("Pulumi.local.yaml", None, "Pulumi.local.yaml does not exist"),
        ("Pulumi.local.yaml", "config: {small:description: {secure: abc}}", "description is encrypted"),
        ("Pulumi.yaml", "runtime: python", "the project has no name"),
        ("Pulumi.yaml", "{", "is not valid YAML"),
        (
            "Pulumi.yaml",
            "{name: small, runtime: {name: nodejs}}",
            "the runtime is nodejs, and only Python programs run",
        ),
        ("__main__.py", None, "__main__.py does not exist: a Pulumi program in Python begins there."),
        ("__main__.py", "import pulumi; pulumi.CustomResource('random:index/id:Id', 'i')", "--fake 'random:index/*'"),
        ("__main__.py", "import pulumi; raise pulumi.RunError('audience is empty')", "audience is empty"),
    ],
)
def test_expected_errors_are_one_message(
    program: Path,
    file: str,
    content: str | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if content is None:
        (program / file).unlink()
    else:
        (program / file).write_text(content)
    monkeypatch.chdir(program)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)

    assert command.main(["up"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "Traceback" not in output.err
    (message,) = (line for line in output.err.splitlines() if line.startswith("error: "))
    assert said in message


def test_serve_runs_an_empty_aws(program: Path) -> None:
    with start(program, "serve", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        endpoint = line.removeprefix("AWS is at ").partition(". ")[0]
        assert fetch(endpoint + "/_ministack/health").status == 200
        process.terminate()
        process.communicate()
    assert process.returncode == 0
