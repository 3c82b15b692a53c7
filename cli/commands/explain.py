"""``kms-jwt explain``: why a token is allowed or denied."""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..client_certificate import read_client_certificate
from ..command import Command, CommandError, Output, UsageError
from ..denylist_check import with_denylist
from ..explained_routes import of_routes
from ..explanation import Check, explain
from ..explanation_lines import explanation_lines
from ..packages.authorizer import (
    DENYLIST_OBJECT_KEY,
    ConfigError,
    Denylist,
    key_source,
    parse_config,
    parse_denylist,
    strict_json,
)
from ..stack.authorizer import add_function
from ..terminal import output_width, read_text

if TYPE_CHECKING:
    from ..packages.authorizer import Config

_DESCRIPTION = """\
Print every check of a token, in order, with what was found and what is wanted, and which one denies the token and why. The
token, or the value of an Authorization header, is an argument or is read from standard input.

It is judged as the deployed authorizer of a stack or a function judges it, with config.json of its Lambda package and its
denylist, or as a file says. Without --route it is judged for each route that the configuration lists.

The exit code is 0 if the request is allowed (without --route: on one route at least), 1 if it is denied, 2 if it cannot be
determined: invalid arguments or configuration, no credentials, or keys that cannot be read.
"""

_EXAMPLES = """\
  %(prog)s --stack dev --route "GET /orders" < token.txt
  %(prog)s eyJ... --stack-output outputs.json --api orders
  %(prog)s eyJ... --function orders-authorizer-function-lambda-4f1c2aa --region eu-west-1
  %(prog)s --config config.json --now 2026-11-02T12:00:00Z < token.txt
"""


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("token", nargs="?", help="the token (default: read from standard input)")
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", metavar="FILE", help="config.json of the authorizer (-: standard input)")
    add_function(source, command, "the authorizer's function")
    command.add_argument(
        "--route", help='the route key, such as "GET /orders" (default: each that the configuration lists)'
    )
    command.add_argument(
        "--client-certificate",
        metavar="FILE",
        help="the client certificate of the request in PEM format, where tokens are bound to one",
    )
    command.add_argument(
        "--denylist",
        metavar="FILE",
        help="the denylist; required with --config if the configuration has one (default: read from S3)",
    )
    command.add_argument(
        "--now", type=_moment, help="the time of the checks, such as 2026-11-02T12:00:00Z (default: now)"
    )


def _run(options: argparse.Namespace) -> Output:
    _check_files(options)
    try:
        document, denylist = _configuration(options)
        verifier = key_source({name: value for name, value in document.items() if name != "denylist"}).verifier()
        path = options.client_certificate
        certificate = None if path is None else read_client_certificate("--client-certificate", path)
        authorization = (read_text("-") if options.token is None else options.token).strip()
    except (UsageError, CommandError):
        raise
    except Exception as fault:  # including boto3's, which is imported only for keys in KMS
        raise UsageError(*str(fault).split("\n")) from None  # the errors of a configuration are one per line
    now = time.time() if options.now is None else options.now

    def checks(route: str | None) -> list[Check]:
        found = explain(verifier, authorization, route, now, certificate)
        return found if denylist is None else with_denylist(found, denylist, verifier, authorization)

    routes = verifier.config.routes if options.route is None else None
    explained = of_routes({route: checks(route) for route in routes or (options.route,)})
    return Output(explanation_lines(explained, output_width()), 0 if explained.allowed else 1)


def _check_files(options: argparse.Namespace) -> None:
    """Raises ``UsageError`` for files and options that do not fit together."""
    for option in ("config", "stack_output", "client_certificate", "denylist"):
        if getattr(options, option) == "-" and (options.token is None or option not in ("config", "stack_output")):
            raise UsageError(
                f"--{option.replace('_', '-')} -: the token is read from standard input: specify a file"
                + (", or the token as an argument" if option in ("config", "stack_output") else "")
            )
    if options.api is not None and options.stack is None and options.stack_output is None:
        raise UsageError("--api: is one of a stack: use --stack or --stack-output, too")


def _configuration(options: argparse.Namespace) -> tuple[dict[str, object], Denylist | None]:
    """``config.json`` and the denylist. Raises ``UsageError``, ``CommandError``, ``ConfigError``, ``OSError`` and
    ``ValueError``."""
    given = None if options.denylist is None else _denylist(options.denylist)
    if options.config is None:
        from ..stack.configuration import deployed_configuration

        document, deployed = deployed_configuration(options, read_denylist=given is None)
        _check_denylist(parse_config(document), given or deployed)
        return document, given or deployed
    try:
        text = read_text(options.config)
    except OSError as fault:
        raise UsageError(f"--config: {options.config} cannot be read: {fault.strerror}") from None
    try:
        document = strict_json.loads(text.encode())
    except ValueError as fault:
        raise ValueError(f"{options.config}: {fault}") from None
    _check_denylist(parse_config(document), given)
    return document, given


def _check_denylist(config: "Config", given: Denylist | None) -> None:
    """Raises ``UsageError``."""
    if config.denylist is not None and given is None:
        raise UsageError(
            "--denylist is required, since the configuration has one: `aws s3 cp "
            f"s3://{config.denylist.bucket}/{DENYLIST_OBJECT_KEY} .` downloads it"
        )
    if config.denylist is None and given is not None:
        raise UsageError("--denylist: the configuration has none: remove the option")


def _denylist(path: str) -> Denylist:
    """Raises ``ConfigError`` and ``UsageError``."""
    try:
        return parse_denylist(Path(path).read_bytes())
    except OSError as fault:
        raise UsageError(f"--denylist: {path} cannot be read: {fault.strerror}") from None
    except ConfigError as fault:
        raise ConfigError("\n".join(f"--denylist: {line}" for line in str(fault).split("\n"))) from None


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time with a time zone, such as 2026-11-02T12:00:00Z")
    return moment.timestamp()


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
