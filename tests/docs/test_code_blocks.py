"""Every code block of the README and the documentation is run, or checked as far as it can be."""

import argparse
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

import cli.command_line
import emulator.__main__
import emulator.supported
from authorizer.config import parse_config
from authorizer.decision_log import Decision, DecisionLog
from authorizer.denial import Reason
from authorizer.denylist import refresh_log
from authorizer.denylist.reading import DenylistResult
from authorizer.event import RequestIdentity
from authorizer.runtime_keys.reading import KeySetResult
from authorizer.runtime_keys.refresh_log import Refresh, write_refresh
from components.testing import Recording
from components.testing.event_loop import event_loop
from emulator.web import fetch
from stack_config import read_stack_config
from testkit.api import bearer
from tests.examples.backend import running_backend
from tests.examples.consumer import Consumer
from tests.examples.readme import walk

from .aws_cli import check_aws
from .code_blocks import BLOCKS, ROOT, Block

WHOLE_STACK = {
    "signing_keys": {},
    "apis": {"orders": {"issuer": "https://auth.example.com", "audience": ["orders"], "routes": {"GET /": {}}}},
    "token_service": {},
    "whoami": True,
    "domains": {},
}
"""What a documented part of a stack's configuration is completed with."""


def _select(language: str, *kinds: str) -> list[Any]:
    selected = [block for block in BLOCKS if block.language == language and (not kinds or block.kind in kinds)]
    assert selected
    return [pytest.param(block, id=block.place) for block in selected]


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    return Consumer(tmp_path_factory.mktemp("reader"))


def test_there_is_a_check_for_every_block() -> None:
    kinds = {(block.language, block.kind) for block in BLOCKS}

    assert kinds <= {
        ("mermaid", ""),
        ("console", ""),
        ("sh", ""),
        ("text", "session"),  # tests/cli/dev/test_at_terminal.py plays it
        ("python", ""),
        ("python", "fragment"),
        ("python", "test"),
        ("python", "client"),  # tests/clients, which `make test` runs
        ("js", "client"),  # tests/clients, which `make clients` runs
        ("go", "client"),
        ("python", "__main__.py"),
        ("ts", "component"),  # tests/docs/test_component_examples.py, as the next one
        ("yaml", "component"),
        ("ts", ""),  # tests/examples/test_other_languages.py
        ("yaml", ""),
        ("yaml", "api"),
        ("yaml", "issuer"),  # tests/components/test_documented_issuers.py, tests/e2e/test_issuers.py
        ("yaml", "Pulumi.yaml"),
        ("yaml", "Pulumi.local.yaml"),
        ("toml", ""),
        ("json", "config.json"),
        ("json", "decision"),
        ("json", "refresh"),
        ("json", "denylist"),
        ("json", "permissions"),  # tests/cli/check
        ("text", ""),  # tests/cli/check/test_why_403.py
    }


def test_python_blocks_run(consumer: Consumer) -> None:
    """In a process where the package is installed: programs with AWS mocked, fragments compiled and their imports resolved."""
    requests = [block for block in BLOCKS if block.language == "python" and block.kind not in ("test", "client")]
    result = subprocess.run(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("run_python.py"))],
        env=consumer.environment,
        input=json.dumps([(block.place, block.kind, block.text) for block in requests]),
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(requests) > 3
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {}


@pytest.mark.parametrize("block", _select("python", "test"))
def test_python_tests_pass(block: Block, consumer: Consumer, tmp_path: Path) -> None:
    (tmp_path / "test_block.py").write_text(block.text)
    plugins = ("-p", "no:cacheprovider", "-p", "kms_jwt.emulator.pytest_plugin")
    result = consumer.run(tmp_path, "-m", "pytest", "-q", "--rootdir", str(tmp_path), *plugins)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("block", _select("yaml", "", "api"))
def test_stack_configurations_are_accepted(block: Block) -> None:
    """By the program itself; a part of a configuration is completed with what else is needed."""
    document = yaml.safe_load(block.text)
    values = {"apis": {"orders": document}} if block.kind == "api" else document
    for key in values.keys() - WHOLE_STACK.keys():
        pytest.fail(f"{block.place}: {key} is no key of a stack")
    with event_loop():
        pulumi.runtime.set_mocks(Recording(preview=False), project="kms-jwt", stack="dev")
    pulumi.runtime.set_all_config(
        {f"kms-jwt:{key}": json.dumps(value) for key, value in {**WHOLE_STACK, **values}.items()}
    )
    try:
        assert read_stack_config().apis.keys() == {"orders"}
    finally:
        pulumi.runtime.set_all_config({})


@pytest.mark.parametrize("block", _select("json", "config.json"))
def test_the_contract_is_one_that_the_authorizer_reads(block: Block) -> None:
    config = parse_config(json.loads(block.text))

    assert config.keys.keys() == {"1234abcd-12ab-34cd-56ef-1234567890ab"}


@pytest.mark.parametrize("block", _select("json", "decision"))
def test_the_log_line_is_the_authorizers_own(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(block.text)
    identity = RequestIdentity(shown["routeKey"], shown["requestId"], shown["sourceIp"])
    decision = Decision(identity, Reason(shown["Reason"]), shown["kid"], shown["signatureCacheHit"], shown["latencyMs"])
    DecisionLog(shown["FunctionName"], "INFO").write(decision, shown["_aws"]["Timestamp"] / 1000)

    assert json.loads(capsys.readouterr().out) == shown


@pytest.mark.parametrize("block", _select("json", "refresh"))
def test_the_line_of_a_refresh_is_the_authorizers_own(
    block: Block, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = json.loads(block.text)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", shown["FunctionName"])
    result = KeySetResult(shown["outcome"], [], shown["dropped"], shown["status"], shown["bytes"], shown["latencyMs"])
    refresh = Refresh(shown["issuer"], shown["host"], result, shown["added"], shown["removed"], shown["KeysAgeSeconds"])
    write_refresh(refresh, "INFO", shown["_aws"]["Timestamp"] / 1000)

    assert json.loads(capsys.readouterr().out) == shown


@pytest.mark.parametrize("block", _select("json", "denylist"))
def test_the_line_of_a_refresh_of_the_denylist_is_the_authorizers_own(
    block: Block, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = json.loads(block.text)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", shown["FunctionName"])
    result = DenylistResult(shown["outcome"], None, None, shown["status"], shown["bytes"], shown["latencyMs"])
    refresh = refresh_log.Refresh(shown["bucket"], result, shown["entries"], shown["DenylistAgeSeconds"])
    refresh_log.write_refresh(refresh, "INFO", shown["_aws"]["Timestamp"] / 1000)

    assert json.loads(capsys.readouterr().out) == shown


@pytest.mark.parametrize("block", _select("toml"))
def test_entry_points_are_of_a_group_that_is_read(block: Block) -> None:
    assert tomllib.loads(block.text)["project"]["entry-points"].keys() == {emulator.supported.ENTRY_POINTS}


@pytest.mark.parametrize("block", _select("mermaid"))
def test_diagrams_are_of_a_known_kind(block: Block) -> None:
    assert block.text.split()[0] in ("flowchart", "sequenceDiagram")


class _Parsed(Exception):
    """The command line was understood, and is not to be run."""


@pytest.fixture
def parse_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs read their command line with their real parser, and stop there."""
    parse_args = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser: argparse.ArgumentParser, arguments: Any = None, namespace: Any = None) -> None:
        parse_args(parser, arguments, namespace)
        raise _Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)


_MAINS: dict[str, Callable[[list[str]], object]] = {
    "cli": cli.command_line.main,
    "emulator": emulator.__main__.main,
}

_OTHERS = {
    # Not ours: command -> the first arguments that the documentation may use, or nothing for any.
    "basenc": ("--base64url",),
    "cd": (),
    "curl": (),
    "echo": (),
    "export": (),
    "head": ("-c",),
    "mkdir": (),
    "npm": ("install",),
    "openssl": ("dgst -sha256 -binary", "x509"),
    "pip": ("install",),
    "pulumi": ("new", "login", "stack", "config set", "up", "package add", "install", "preview", "destroy"),
    "python": ("-m http.server", "-m pytest", "-m zipfile", "backend.py", "call.py", "identity_provider.py"),
    "python3": ("-m venv",),
    "sort": (),
    "tee": (),
    "tr": ("-d",),
    "uniq": ("-c",),
    "uvicorn": ("app:app",),
    ".": (),
}


@pytest.mark.parametrize("block", [*_select("console"), *_select("sh")])
@pytest.mark.usefixtures("parse_only")
def test_commands_are_there_and_understand_their_arguments(block: Block) -> None:
    _check_script(block.text)


def _check_script(script: str) -> None:
    for words in _commands(script):
        _check_command(words)


def _commands(script: str) -> Iterator[list[str]]:
    """The simple commands of a script, those inside $(...) first, without comments and redirections."""
    script = re.sub(r"(^|\s)#.*", "", script.replace("\\\n", " "))
    while match := re.search(r"\$\(([^()]*)\)", script):
        yield from _commands(match[1])
        script = script.replace(match[0], "SUBSTITUTED")
    for line in script.splitlines():
        for command in re.split(r"&&|\||&(?=\s|$)", line):
            plain = re.sub(r"<(\w[\w ]*)>", r"\1", command)  # a placeholder, as in <api_id>
            words = shlex.split(re.sub(r"\s[<>]\s*\S+", "", plain))
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            if words:
                yield words


def _check_command(words: list[str]) -> None:
    command, *arguments = words
    if command == "make":
        targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert [word for word in arguments if "=" not in word and word not in targets] == []
    elif command == "kms-jwt":
        _parse("cli", arguments)
    elif command == "aws":
        check_aws(arguments)
    elif arguments[:1] == ["-m"] and arguments[1].removeprefix("kms_jwt.") in _MAINS:
        _parse(arguments[1].removeprefix("kms_jwt."), arguments[2:])
    else:
        allowed = _OTHERS[command]
        assert not allowed or " ".join(arguments).startswith(allowed), words


def _parse(program: str, arguments: list[str]) -> None:
    with pytest.raises(_Parsed):
        _MAINS[program](arguments)


@pytest.mark.usefixtures("parse_only")
@pytest.mark.parametrize(
    "script",
    [
        "make dmeo",
        "kms-jwt mint --keys alias/a",
        "python -m emulator upp",
        "terraform apply",
        "echo $(make nothing)",
        "aws kms sing",
    ],
)
def test_wrong_commands_are_found(script: str) -> None:
    with pytest.raises((AssertionError, SystemExit, KeyError, ValueError)):
        _check_script(script)


def test_getting_started_gets_one_started(consumer: Consumer, tmp_path: Path) -> None:
    """The files of the page, as they are, make a stack that lets the right requests in."""
    written = {
        block.kind: block.text
        for block in BLOCKS
        if block.place.startswith("docs/getting-started.md:") and block.kind.endswith((".py", ".yaml"))
    }
    assert written.keys() == {"__main__.py", "Pulumi.yaml", "Pulumi.local.yaml"}
    for name, text in written.items():
        (tmp_path / name).write_text(text)

    with running_backend() as backend, consumer.deployed(tmp_path, backend=backend.url) as stack:
        assert stack.outputs["key_alias"] == "alias/shop-local-signing"
        orders = stack.outputs["endpoint"] + "/orders"
        answers = [
            fetch(orders, bearer(token)).status
            for token in (None, stack.token(aud="shop"), stack.token(aud="shop", scope="orders:read"))
        ]
        walk(consumer, ROOT / "docs" / "getting-started.md", stack.outputs)
    assert answers == [401, 403, 200]
