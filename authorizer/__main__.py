"""The verifier's command line: ``python -m authorizer explain``, which tells why a token is let in or not."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import datetime

from .config import ConfigError, read_config
from .explain import Check, explain
from .verifier_source import verifier_source

_EXAMPLES = """examples:
  %(prog)s --config config.json --route "GET /orders" < token.txt
  %(prog)s --config config.json --now 2026-11-02T12:00:00Z < token.txt

The configuration is config.json of the Lambda package. The exit code is 0 if the request is let in, 1 if it is denied,
2 if it cannot be said.
"""

_MARKS = {True: "ok", False: "FAILED", None: "-"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; argparse exits with 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description="The authorizer, away from Lambda.")
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "explain",
        help="tell which check denies a token, and why",
        description="Read a token, or a whole Authorization header, from standard input; print every check that it goes\n"
        "through, in order, and which one denies it and why.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--config", required=True, help="config.json of the authorizer")
    command.add_argument(
        "--route", help='the route key, such as "GET /orders"; needed if the configuration lists routes'
    )
    command.add_argument(
        "--now", type=_moment, help="the time to judge at, such as 2026-11-02T12:00:00Z (default: now)"
    )
    options = parser.parse_args(arguments)
    try:
        verifier = verifier_source(read_config(options.config)).current()
    except ConfigError as fault:
        command.error(str(fault))
    if verifier.config.routes is not None and options.route is None:
        command.error(f"--route is needed, as the configuration lists routes: {', '.join(verifier.config.routes)}")
    checks = explain(verifier, sys.stdin.read().strip(), options.route, options.now or time.time())
    _print(checks)
    return 0 if all(check.passed for check in checks) else 1


def _print(checks: list[Check]) -> None:
    for check in checks:
        reason = f"{check.reason}: " if check.reason else ""
        print(f"{_MARKS[check.passed]:<6}  {check.name:<9}  {reason}{check.detail}".rstrip())
    denial = next((check.reason for check in checks if check.reason), None)
    print(f"\ndenied: {denial}" if denial else "\nallowed")


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time with its zone: write it like 2026-11-02T12:00:00Z")
    return moment.timestamp()


if __name__ == "__main__":
    sys.exit(main())
