"""The program around the commands: help, version, completion, and that a command loads what it needs itself."""

import argparse
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import shtab

from cli.command_line import main
from cli.commands import COMMANDS
from cli.commands.completion import COMMAND

ROOT = Path(__file__).resolve().parents[2]


def _exited(*arguments: str, program: str = "kms-jwt") -> object:
    with pytest.raises(SystemExit) as exit_:
        main(arguments, program)
    return exit_.value.code


def _python(*arguments: str, stdin: str = "") -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("program", ["kms-jwt", "python -m cli"])
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_examples_that_work_where_the_reader_is(
    command: str, program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exited(command, "--help", program=program) == 0

    text = capsys.readouterr().out
    assert text.startswith(f"usage: {program} {command} ")
    assert "{program}" not in text
    examples = text.partition("examples:\n")[2].splitlines()
    assert len(examples) >= 2
    assert any(line.startswith(f"  {program} {command} ") for line in examples)


def test_the_help_lists_the_commands_and_how_to_install_the_completion(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exited("--help") == 0

    text = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} {summary}" in text for name, summary in COMMANDS.items())
    assert "echo 'eval \"$(kms-jwt completion bash)\"' >> ~/.bashrc" in text


def test_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exited() == 2

    assert "{dev,mint,jwks,client,inspect,explain,logs,audit,check,revoke,completion}" in capsys.readouterr().err


def test_messages_name_the_command_that_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exited("explain", "--config", "-", program="python -m cli") == 2
    assert "\npython -m cli explain: error: --config -: " in capsys.readouterr().err

    assert _exited("inspect", "--help", program="python -m kms_jwt") == 0
    assert "use `python -m kms_jwt explain`" in capsys.readouterr().out


def test_the_version_of_a_checkout(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exited("--version") == 0

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert capsys.readouterr().out == f"kms-jwt {project['version']}\n"
    assert _python("-m", "cli", "--version") == f"kms-jwt {project['version']}\n"


HEAVY = {
    "--help": {"boto3", "cryptography", "jwt", "shtab", "importlib.metadata", "tomllib", "authorizer", "issuer"},
    "--version": {"boto3", "cryptography", "jwt", "shtab", "authorizer", "issuer"},
    "dev --help": {
        "boto3",
        "jwt",
        "cryptography",
        "shtab",
        "authorizer",
        "issuer",
        "emulator",
        "pulumi",
        "rich",
        "watchfiles",
    },
    "inspect --help": {"boto3", "shtab", "authorizer", "issuer"},
    "explain --help": {"boto3", "jwt", "shtab", "issuer"},
    "logs --help": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer", "emulator", "http.client"},
    "audit -": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer", "components", "pulumi"},
    "completion --help": {"boto3", "jwt", "cryptography", "authorizer", "issuer"},
    "completion bash": {"boto3", "issuer"},
    "mint --help": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer"},
    "check --help": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer", "emulator", "http.client"},
    "revoke --help": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer", "emulator"},
    "jwks --help": {"boto3", "jwt", "shtab", "issuer"},
    "client new": {"boto3", "jwt", "cryptography", "shtab", "authorizer", "issuer"},
    "jwks --stack-output -": {"boto3", "jwt", "shtab", "issuer"},
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", HEAVY)
def test_a_command_imports_what_it_needs_and_no_other_does(arguments: str) -> None:
    program = (
        "import contextlib, json, sys; from cli.command_line import main\n"
        "with contextlib.suppress(SystemExit): main(sys.argv[1:])\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))"
    )
    output = _python("-c", program, *arguments.split(), stdin='{"jwks": {"keys": []}}')
    imported = set(json.loads(output.splitlines()[-1]))

    assert imported & {*HEAVY[arguments], "botocore", "rich"} == set()
    assert "cli.commands" in imported


@pytest.mark.parametrize("shell", shtab.SUPPORTED_SHELLS)
def test_there_is_a_script_for_every_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0

    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    lines = COMMAND.run(argparse.Namespace(shell=shell)).lines
    assert script == "".join(f"{line}\n" for line in lines), "something was escaped"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", {"mint", "jwks", "client", "inspect", "explain", "logs", "audit", "check", "revoke", "completion"}),
        ("in", {"inspect"}),
        ("mint --a", {"--audience", "--algorithm"}),
        ("explain --config pyproj", {"pyproject.toml"}),
        ("inspect --jwks pyproj", {"pyproject.toml"}),
        ("client n", {"new"}),
        ("client new --key pyproj", {"pyproject.toml"}),
        ("completion z", {"zsh"}),
    ],
)
def test_completion_in_bash(typed: str, offered: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    program = f"""
    {capsys.readouterr().out}
    function=$(complete -p kms-jwt | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
    "$function" kms-jwt "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}" 2>/dev/null
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    words = ["kms-jwt", *typed.split(" ")]
    command = ["bash", "--norc", "-c", program, "bash", *words]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    completions = set(result.stdout.split())
    assert completions >= offered
    assert all(completion.startswith(words[-1]) for completion in completions)
