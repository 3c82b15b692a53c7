"""``kms-jwt check``: whether a deployed API keeps its promises."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws import add_aws, kms_of, session_of
from ..command import Command, Output, Undetermined, UsageError
from ..name_value import name_value
from ..terminal import Line, read_text

if TYPE_CHECKING:
    from ..check.promises import Promises

_DESCRIPTION = """\
Check a deployed API: sign tokens with its KMS key, send it good and bad requests, and read how it is configured.
Nothing is changed: tokens are sent with GET only, and requests with other methods, without one, to protected routes only.

The exit code is 0 if every promise is kept, 1 if one is broken, 2 if none is known to be, but one could not be checked:
invalid arguments, no credentials, a missing permission. The permissions are listed in docs/operations.md.
"""

_EXAMPLES = """\
  pulumi stack output --json | %(prog)s --stack-output -
  %(prog)s --stack-output outputs.json --api orders --junit check.xml
  %(prog)s --endpoint https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com --key alias/kms-jwt-dev-signing \\
      --issuer https://auth.dev.example.com --audience orders --route "GET /orders" --scope orders:read
"""


def _add_arguments(check: argparse.ArgumentParser) -> None:
    source = check.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--stack-output",
        metavar="FILE",
        help="the output of `pulumi stack output --json` (-: standard input): endpoint, key_alias, issuer, audience and "
        "routes, or several APIs below apis; the other options replace its values",
    )
    source.add_argument("--endpoint", metavar="URL", help="the URL of the API")
    check.add_argument("--api", metavar="NAME", help="only this API of the stack's output apis (default: all)")
    check.add_argument("--key", help="KMS key that signs: an alias (alias/...), a key id or an ARN")
    check.add_argument("--issuer", help="the iss that the API accepts")
    check.add_argument("--audience", help="an aud that the API accepts")
    check.add_argument(
        "--route",
        metavar="ROUTE",
        help='the protected route to call, such as "GET /orders" (default: the plainest one)',
    )
    check.add_argument("--scope", action="append", default=[], help="a scope that --route requires; may be repeated")
    check.add_argument(
        "--public",
        action="append",
        default=[],
        metavar="ROUTE",
        help="a route that needs no token, if the stack's output does not say so; may be repeated",
    )
    check.add_argument(
        "--claim",
        action="append",
        default=[],
        type=name_value,
        metavar="NAME=TEXT",
        help="a claim that the API requires, as NAME=TEXT or NAME:=JSON; may be repeated",
    )
    check.add_argument("--algorithm", help="JOSE algorithm of the key, if not the default of the key spec")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.add_argument("--junit", metavar="FILE", help="write the result to this file, too, as pipelines read it")
    add_aws(check)


def _run(options: argparse.Namespace) -> Output:
    # Imported only here, as boto3 is: `--help` needs none of it.
    from ..check.account import account_of
    from ..check.deployed import NotOurs
    from ..check.report import as_json, as_junit, exit_code, summary, table
    from ..check.run import Check, NotCheckable
    from ..check.sender import Unreachable

    if options.scope and options.route is None:
        raise UsageError("--scope: is about a route: use --route, too")
    apis = _promises(options)
    results = {}
    with kms_of(options, Undetermined) as kms:
        account = account_of(session_of(options), kms)
        try:
            for promises in apis:
                check = Check(
                    promises, account, options.route, tuple(options.scope), options.algorithm, dict(options.claim)
                )
                results[promises.name or promises.endpoint] = list(check.rows())
        except (NotOurs, NotCheckable, Unreachable) as fault:
            raise Undetermined(str(fault)) from None
    if options.junit:
        try:
            Path(options.junit).write_text(as_junit(results), encoding="utf-8")
        except OSError as fault:
            raise Undetermined(f"--junit: {fault}") from None
    if options.json:
        return Output(as_json(results).split("\n"), exit_code(results))
    lines: list[Line] = []
    for name, rows in results.items():
        lines += [*([f"{name}:"] if len(results) > 1 else []), *table(rows), ""]
    return Output([*lines, summary(results)], exit_code(results))


def _promises(options: argparse.Namespace) -> list["Promises"]:
    """Of the APIs to check. Raises ``Undetermined`` if something is missing."""
    from ..check.promises import Promises, of_outputs

    if options.stack_output:
        try:
            apis = of_outputs(read_text(options.stack_output))
        except (OSError, ValueError) as fault:
            raise Undetermined(str(fault)) from None
    else:
        apis = [Promises(endpoint=options.endpoint.rstrip("/"))]
    if options.api is not None:
        names = ", ".join(api.name for api in apis) or "none"
        apis = [api for api in apis if api.name == options.api]
        if not apis:
            raise Undetermined(f"--api {options.api}: not one of the stack's APIs, which are {names}")
    given = {name: value for name in ("key", "issuer", "audience") if (value := getattr(options, name))}
    apis = [replace(api, **given, open_routes=frozenset(options.public)) for api in apis]
    for api in apis:
        for name in ("key", "issuer", "audience"):
            if not getattr(api, name):
                export = f", or export it from the program as {'key_alias' if name == 'key' else name}"
                of = f" of {api.name}" if api.name else ""
                raise Undetermined(f"the {name}{of} is not known: use --{name}{export if options.stack_output else ''}")
    return apis


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
