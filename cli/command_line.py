"""From the arguments to the exit code."""

import argparse
import sys
from collections.abc import Container, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .command import Command, CommandError, UsageError
from .commands import COMMANDS
from .terminal import Parser, complain, run, show

NAME = "kms-jwt"
"""Of the installed command."""

_DESCRIPTION = "JWTs signed by AWS KMS: sign them, publish the keys, read a token, and tell why one is denied."

_EPILOG = f"""\
shell completion:
  echo 'eval "$({NAME} completion bash)"' >> ~/.bashrc
  Other shells: %(prog)s completion --help
"""


def main(arguments: Sequence[str] | None = None, program: str = NAME) -> int:
    """Run the command line and return its exit code.

    0: done. 1: failed, after a message, or a token was denied. 2: wrong usage, which argparse raises as ``SystemExit``.
    ``program`` is what the user has typed: usage, help and errors name it.
    """
    return run(lambda: _run(sys.argv[1:] if arguments is None else arguments, program))


def _run(arguments: Sequence[str], program: str) -> int:
    options = command_line(program, arguments).parse_args(arguments)
    try:
        output = options.run(options)
    except UsageError as fault:
        options.parser.refuse(fault.messages)
    except (CommandError, OSError, ValueError, RecursionError) as fault:
        complain(f"{options.command}: {fault}")
        return 1
    show(output.lines)
    return int(output.exit_code)


def command_line(program: str, named: Container[str]) -> Parser:
    """The parser. Only the commands in ``named``, such as the arguments at hand, are loaded and know their own arguments."""
    parser = Parser(
        prog=program,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, summary in COMMANDS.items():
        command_parser = commands.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name in named:
            command: Command = import_module(f".commands.{name}", __package__).COMMAND
            command_parser.description = command.description.format(program=program)
            command_parser.epilog = f"examples:\n{command.examples}"
            command.add_arguments(command_parser)
            command_parser.set_defaults(run=command.run, parser=command_parser)
    return parser


class _Version(argparse._VersionAction):
    """argparse's own, but the version is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"{NAME} {_version()}")
        parser.exit()


def _version() -> str:
    if __package__ == "cli":  # a checkout: what is installed beside it may be another version
        import tomllib

        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    from importlib.metadata import version

    return version(NAME)
