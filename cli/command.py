"""What a command is made of, and how it ends."""

import argparse
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Output(NamedTuple):
    """What a command has to say, once it is through."""

    lines: Iterable[str]
    """For standard output."""
    exit_code: int = 0


class Command(NamedTuple):
    """A module of ``commands`` has one of these as ``COMMAND``."""

    description: str
    """For its ``--help``; ``{program}`` is the whole command's name, ``%(prog)s`` that with the command behind it."""
    examples: str
    """Lines that work as they stand, apart from keys and files."""
    add_arguments: Callable[[argparse.ArgumentParser], object]
    run: Callable[[argparse.Namespace], Output]
    """Raises ``CommandError``, ``UsageError``, ``OSError`` and ``ValueError``."""


class CommandError(Exception):
    """The command failed: exit code 1, with the message on standard error."""


class UsageError(Exception):
    """The arguments cannot be used: exit code 2, after the usage, with the messages on standard error, a line each."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
