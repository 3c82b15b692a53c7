"""``kms-jwt logs``: what an authorizer has decided."""

import argparse
import re
import sys
import time

from ..command import Command, Output, UsageError
from ..stack.authorizer import add_function, function_of
from ..terminal import complain, output_width, show

_DESCRIPTION = """\
Show the decisions in the log of a deployed authorizer as a table: when, allowed or the reason of the denial, the route, the
caller; with --function also those of a token service. What log_level excludes is not in the log.

The permissions are lambda:GetFunctionConfiguration, logs:FilterLogEvents and, for a stack, apigateway:GET. The exit code is 0,
or 2 if the log cannot be read.
"""

_EXAMPLES = """\
  %(prog)s --stack dev --denied
  %(prog)s --stack dev --api orders --since 2h
  %(prog)s --stack-output outputs.json --follow
  %(prog)s --function tokens-lambda-4f1c2aa --denied --follow
"""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _add_arguments(command: argparse.ArgumentParser) -> None:
    add_function(
        command.add_mutually_exclusive_group(required=True),
        command,
        "the function, an authorizer's or a token service's",
    )
    command.add_argument("--denied", action="store_true", help="only what was denied")
    command.add_argument("--follow", action="store_true", help="go on until Ctrl-C, with what is decided meanwhile")
    command.add_argument(
        "--since", type=_seconds, default="10m", metavar="TIME", help="how far back: 30s, 10m, 2h or 1d (default: 10m)"
    )


def _run(options: argparse.Namespace) -> Output:
    # Imported only here, as boto3 is: `--help` needs none of it.
    from ..logs.decisions import DecisionLog
    from ..logs.table import Table

    if options.api is not None and options.function is not None:
        raise UsageError("--api: is one of a stack: use --stack or --stack-output, too")
    with function_of(options) as (function, account):
        since = int((time.time() - options.since) * 1000)
        log = DecisionLog(account.logs, function.log_group, since, options.denied)
        table = None
        for decisions in log.follow() if options.follow else [log.read()]:
            for decision in decisions:
                if table is None:
                    table = Table(output_width(), tokens="client" in decision.fields)
                    show([table.title()])
                show([table.line(decision)])
            if sys.stdout is not None:
                sys.stdout.flush()
        if table is None:
            what = "denial" if options.denied else "decision"
            complain(f"logs: no {what} in {function.log_group} in this time: use --since, such as --since 1d")
    return Output([])


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 30s, 10m, 2h or 1d")
    return int(found[1]) * _UNITS[found[2]]


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
"""What ``cli.command_line`` runs."""
