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
"""The name of the installed command."""

_DESCRIPTION = (
    "JWTs signed by AWS KMS: sign them, publish the keys, explain why one is denied, and check a deployed API."
)

_EPILOG = f"""\
shell completion:
  echo 'eval "$({NAME} completion bash)"' >> ~/.bashrc
  Other shells: %(prog)s completion --help
"""


def main(arguments: Sequence[str] | None = None, program: str = NAME) -> int:
    """Run the command line and return its exit code.

    0: success. 1: failure, with a message, or a denied token. 2: invalid usage, which argparse raises as ``SystemExit``.
    ``program`` is the name under which the user runs it; usage, help and errors show it.
    """
    return run(lambda: _run(sys.argv[1:] if arguments is None else arguments, program))


def _run(arguments: Sequence[str], program: str) -> int:
    options = command_line(program, arguments).parse_args(arguments)
    try:
        output = options.run(options)
    except UsageError as fault:
        options.parser.usage_error(fault.messages)
    except BrokenPipeError:
        raise  # of the output, which `run` knows how to end
    except (CommandError, OSError, ValueError, RecursionError) as fault:
        complain(f"{options.command}: {fault}")
        return fault.exit_code if isinstance(fault, CommandError) else 1
    show(output.lines)
    return int(output.exit_code)


def command_line(program: str, named: Container[str]) -> Parser:
    """The parser. Only the commands in ``named``, such as the given arguments, are loaded and get their own arguments."""
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
    """argparse's version action, except that the version is looked up only if it is requested."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"{NAME} {_version()}")
        parser.exit()


def _version() -> str:
    if __package__ == "cli":  # a checkout: the installed distribution may be another version
        import tomllib

        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    from importlib.metadata import version

    return version(NAME)
