"""The verifier's command line: ``python -m authorizer explain``, which tells why a token is let in or not."""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from . import strict_json, terminal
from .explain import Check, explain
from .verifier import Verifier
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
    return terminal.run(lambda: _explain(arguments))


def _explain(arguments: Sequence[str] | None) -> int:
    parser = terminal.Parser(prog=f"python -m {__package__}", description="The authorizer, away from Lambda.")
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
    if options.config == "-":
        command.error("--config -: standard input is the token already: give a file")
    try:
        verifier = _verifier(options.config)
        if verifier.config.routes is not None and options.route is None:
            routes = ", ".join(verifier.config.routes)
            command.error(f"--route is needed, as the configuration lists routes: {routes}")
        authorization = terminal.read_text("-").strip()
    except Exception as fault:  # boto3's own among them: it is imported for keys in KMS only
        command.refuse(str(fault).split("\n"))  # a configuration's faults are a line each
    checks = explain(verifier, authorization, options.route, time.time() if options.now is None else options.now)
    terminal.show(_lines(checks))
    return 0 if all(check.passed for check in checks) else 1


def _verifier(path: str) -> Verifier:
    """Raises ``ConfigError``, ``OSError``, ``ValueError``, and what boto3 raises."""
    text = terminal.read_text(path)
    try:
        document = strict_json.loads(text.encode())
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None
    return verifier_source(document).current()


def _lines(checks: list[Check]) -> Iterator[str]:
    for check in checks:
        reason = f"{check.reason}: " if check.reason else ""
        yield f"{_MARKS[check.passed]:<6}  {check.name:<9}  {reason}{check.detail}".rstrip()
    denial = next((check.reason for check in checks if check.reason), None)
    yield from ("", f"denied: {denial}" if denial else "allowed")


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time with its zone: write it like 2026-11-02T12:00:00Z")
    return moment.timestamp()


if __name__ == "__main__":
    import sys

    sys.exit(main())
