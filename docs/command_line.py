"""The content of ``docs/command-line.md``, from the parsers of the commands."""

import argparse
import re
import textwrap
from collections.abc import Iterator

import emulator.__main__
from cli.command_line import NAME, command_line
from cli.commands import COMMANDS

_INTRODUCTION = f"""# Command line

The command `{NAME}` is installed with the [package](getting-started.md#installing-the-package); in a checkout it is
`python -m cli`. `make reference` writes this page from the commands' own help: change it there.

The exit code is 0 when a command succeeds, 1 when it fails, after a message on standard error, when `explain` finds that the
request is denied, `audit` that something is open, or `check` that a promise is broken, and 2 for wrong usage, or when one of
these three cannot tell.
"""

_EMULATOR = "python -m kms_jwt.emulator"


def command_line_reference() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    for name, parser in _commands(command_line(NAME, COMMANDS)).items():
        lines += _command(f"{NAME} {name}", parser)
    lines += [
        f"## {_EMULATOR}",
        "",
        f"Needs the extra `pulumi`; in a checkout it is `{emulator.__main__._parser().prog}`.",
        "",
    ]
    # Its other command, `up`, is for this repository's tests: `kms-jwt dev` is the one for people.
    parser = _commands(emulator.__main__._parser())["serve"]
    lines += [f"### {_EMULATOR} serve", "", *_options(parser), ""]
    return "\n".join(lines)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next(dict(action.choices) for action in parser._actions if isinstance(action, argparse._SubParsersAction))


def _command(title: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    names = {"prog": parser.prog}
    yield from (f"## {title}", "", _text((parser.description or "") % names), "", *_options(parser), "")
    yield from (
        "Examples:",
        "",
        textwrap.indent(textwrap.dedent((parser.epilog or "").partition("\n")[2] % names), "    "),
    )


def _text(description: str) -> str:
    """Markdown: what is indented in a help text is code."""
    return "\n".join(re.sub("^ {2}", "    ", line) for line in description.strip().split("\n"))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from ("| argument | required | |", "|---|---|---|")
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        name = ", ".join(action.option_strings) or action.metavar or action.dest
        value = "" if action.nargs == 0 or not action.option_strings else f" {action.metavar or action.dest.upper()}"
        choices = f"one of {', '.join(action.choices)}" if action.choices else ""
        text = "; ".join(
            part for part in (action.help and action.help % {"prog": parser.prog, **vars(action)}, choices) if part
        )
        yield f"| `{name}{value}` | {'yes' if action.required else ''} | {text} |".replace(" |  | ", " | | ")
