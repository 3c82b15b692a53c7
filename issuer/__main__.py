"""The command line: ``python -m issuer mint``, ``jwks`` and ``inspect``."""

import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError

from .commands import inspect_token, jwks, mint
from .commands.shared import Parser, complain, run, show
from .errors import IssuerError

_COMMANDS = {"mint": mint, "jwks": jwks, "inspect": inspect_token}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code: 0, or 1 after a message; argparse exits with 2 for wrong usage."""
    return run(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = Parser(prog=f"python -m {__package__}", description="Issue JWTs signed by AWS KMS.")
    commands = parser.add_subparsers(dest="command", required=True)
    for module in _COMMANDS.values():
        module.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        lines = _COMMANDS[options.command].run(options)
    except (IssuerError, BotoCoreError, OSError, ValueError, RecursionError) as fault:
        complain(f"{options.command}: {fault}")
        return 1
    show(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
