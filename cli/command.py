"""The parts of a command, its output and its errors."""

import argparse
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .terminal import Line


class Output(NamedTuple):
    """The result of a command."""

    lines: "Iterable[Line]"
    """For standard output."""
    exit_code: int = 0


class Command(NamedTuple):
    """One command; each module of ``commands`` defines it as ``COMMAND``."""

    description: str
    """For its ``--help``; ``{program}`` is the program's name, ``%(prog)s`` the program's name followed by the command."""
    examples: str
    """Command lines that work unchanged, apart from keys and files."""
    add_arguments: Callable[[argparse.ArgumentParser], object]
    run: Callable[[argparse.Namespace], Output]
    """Raises ``CommandError``, ``UsageError``, ``OSError`` and ``ValueError``."""


class CommandError(Exception):
    """The command failed: exit code 1, with the message on standard error."""

    exit_code = 1


class Undetermined(CommandError):
    """The command cannot say whether the answer is yes or no: exit code 2, with the message on standard error."""

    exit_code = 2


class UsageError(Exception):
    """The arguments are not valid: exit code 2, with the usage and the messages, one per line, on standard error."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
