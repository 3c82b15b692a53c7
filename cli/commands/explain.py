"""``kms-jwt explain``: why a token is allowed or denied."""

import argparse
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ..client_certificate import read_client_certificate
from ..command import Command, Output, UsageError
from ..denylist_check import with_denylist
from ..explanation import Check, explain
from ..packages.authorizer import (
    DENYLIST_OBJECT_KEY,
    ConfigError,
    Denylist,
    Verifier,
    key_source,
    parse_config,
    parse_denylist,
    strict_json,
)
from ..terminal import read_text

_DESCRIPTION = """\
Read a token, or the value of an Authorization header, from standard input; print every check in order, and
which one denies the token and why.

The configuration is config.json of the Lambda package. The exit code is 0 if the request is allowed, 1 if it is denied,
2 if it cannot be determined: invalid arguments or configuration, or keys that cannot be read.
"""

_EXAMPLES = """\
  %(prog)s --config config.json --route "GET /orders" < token.txt
  %(prog)s --config config.json --now 2026-11-02T12:00:00Z < token.txt
  aws s3 cp s3://<bucket>/denylist.json . && %(prog)s --config config.json --denylist denylist.json < token.txt
"""

_MARKS = {True: "ok", False: "FAILED", None: "-"}


def _add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", metavar="FILE", required=True, help="config.json of the authorizer")
    command.add_argument(
        "--route", help='the route key, such as "GET /orders"; required if the configuration lists routes'
    )
    command.add_argument(
        "--client-certificate",
        metavar="FILE",
        help="the client certificate of the request in PEM format, where tokens are bound to one",
    )
    command.add_argument(
        "--denylist",
        metavar="FILE",
        help="the denylist; required if the configuration has one, which is not read from S3",
    )
    command.add_argument(
        "--now", type=_moment, help="the time of the checks, such as 2026-11-02T12:00:00Z (default: now)"
    )


def _run(options: argparse.Namespace) -> Output:
    for option in ("config", "client_certificate", "denylist"):
        if getattr(options, option) == "-":
            raise UsageError(f"--{option.replace('_', '-')} -: the token is read from standard input: specify a file")
    try:
        verifier = _verifier(options.config, given=options.denylist is not None)
        denylist = None if options.denylist is None else _denylist(options.denylist)
        if verifier.config.routes is not None and options.route is None:
            routes = ", ".join(verifier.config.routes)
            raise UsageError(f"--route is required, since the configuration lists routes: {routes}")
        path = options.client_certificate
        certificate = None if path is None else read_client_certificate("--client-certificate", path)
        authorization = read_text("-").strip()
    except UsageError:
        raise
    except Exception as fault:  # including boto3's, which is imported only for keys in KMS
        raise UsageError(*str(fault).split("\n")) from None  # the errors of a configuration are one per line
    now = time.time() if options.now is None else options.now
    checks = explain(verifier, authorization, options.route, now, certificate)
    if denylist is not None:
        checks = with_denylist(checks, denylist, verifier, authorization)
    return Output(_lines(checks), 0 if all(check.passed for check in checks) else 1)


def _verifier(path: str, given: bool) -> Verifier:
    """``given``: whether the denylist is.

    Raises ``UsageError``, ``ConfigError``, ``OSError``, ``ValueError``, and the errors of boto3.
    """
    text = read_text(path)
    try:
        document = strict_json.loads(text.encode())
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None
    denylist = parse_config(document).denylist
    if denylist is not None and not given:
        raise UsageError(
            "--denylist is required, since the configuration has one: `aws s3 cp "
            f"s3://{denylist.bucket}/{DENYLIST_OBJECT_KEY} .` downloads it"
        )
    if denylist is None and given:
        raise UsageError("--denylist: the configuration has none: remove the option")
    return key_source({name: value for name, value in document.items() if name != "denylist"}).verifier()


def _denylist(path: str) -> Denylist:
    """Raises ``ConfigError`` and ``OSError``."""
    try:
        return parse_denylist(Path(path).read_bytes())
    except ConfigError as fault:
        raise ConfigError("\n".join(f"--denylist: {line}" for line in str(fault).split("\n"))) from None


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
        raise argparse.ArgumentTypeError(f"{text!r} is not a time with a time zone, such as 2026-11-02T12:00:00Z")
    return moment.timestamp()


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
