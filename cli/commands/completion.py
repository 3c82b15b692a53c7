"""``kms-jwt completion``: shell completion, generated from the parser by ``shtab``."""

import argparse

import shtab

from ..command import Command, Output
from ..command_line import NAME, command_line
from . import COMMANDS

_DESCRIPTION = f"""\
Print the script with which a shell completes the commands and options of {NAME}. To install it:

  bash        echo 'eval "$({NAME} completion bash)"' >> ~/.bashrc
  zsh         echo 'eval "$({NAME} completion zsh)"' >> ~/.zshrc      (after compinit)
  fish        {NAME} completion fish > ~/.config/fish/completions/{NAME}.fish
  tcsh        {NAME} completion tcsh > ~/.{NAME}.csh; echo 'source ~/.{NAME}.csh' >> ~/.tcshrc
  powershell  Add-Content $PROFILE '{NAME} completion powershell | Out-String | Invoke-Expression'
"""

_EXAMPLES = """\
  %(prog)s bash
  eval "$(%(prog)s bash)"
"""


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)


def _run(options: argparse.Namespace) -> Output:
    parser = command_line(NAME, COMMANDS)
    _complete_files(parser)
    return Output(shtab.complete(parser, options.shell).split("\n"))


def _complete_files(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_files(command)
        elif action.metavar == "FILE":
            action.complete = shtab.FILE  # type: ignore[attr-defined] # shtab reads this attribute


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
