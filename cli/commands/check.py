"""``kms-jwt check``: whether a deployed API keeps its promises."""

import argparse
import io
import sys
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from ..aws import kms_of, session_of
from ..check.arguments import add_arguments
from ..command import Command, Output, Undetermined, UsageError
from ..progress import Progress
from ..terminal import Line, read_text, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..check.account import Account
    from ..check.promises import Promises
    from ..check.row import Row
    from ..check.run import Check

_DESCRIPTION = """\
Check a deployed API: sign tokens with its KMS key, send it good and bad requests, and read how it is configured.
Nothing is changed: tokens are sent with GET only, to this API only, and requests with other methods, without one, to protected
routes only.

The exit code is 0 if every promise is kept, 1 if one is broken, 2 if none is known to be, but one could not be checked:
invalid arguments, no credentials, a missing permission. The permissions are listed in docs/operations.md.
"""

_EXAMPLES = """\
  pulumi stack output --json | %(prog)s --stack-output -
  %(prog)s --stack-output outputs.json --api orders --junit check.xml
  %(prog)s --endpoint https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com --key alias/kms-jwt-dev-signing \\
      --issuer https://auth.dev.example.com --audience orders --route "GET /orders" --scope orders:read
"""


def _run(options: argparse.Namespace) -> Output:
    # Imported only here, as boto3 is: `--help` needs none of it.
    from ..check.account import account_of
    from ..check.report import as_json, as_junit, exit_code, summary
    from ..packages.issuer import IssuerError

    if options.scope and options.route is None:
        raise UsageError("--scope: is about a route: use --route, too")
    apis = _promises(options)
    results: dict[str, list[Row]] = {}
    with _junit(options.junit) as junit, kms_of(options, Undetermined) as kms:
        account = account_of(session_of(options), kms)
        for promises in apis:
            name = promises.name or promises.endpoint
            check = _check(promises, account, options)
            with Progress(f"Checking {name}", plain=False) as progress:
                show_row = None if options.json else _printer(name if len(apis) > 1 else "", progress)
                results[name], fault = _checked(check, show_row, progress, alone=len(apis) == 1)
        junit.write(as_junit(results))
        if fault is not None and len(results) == len(results[name]) == 1:
            if isinstance(fault, IssuerError):
                raise fault  # with its cause, by which ``kms_of`` words it
            raise Undetermined(str(fault))
    if options.json:
        return Output(as_json(results).split("\n"), exit_code(results))
    return Output(["", summary(results)], exit_code(results))


def _checked(
    check: "Check", show_row: "Callable[[Row], object] | None", progress: Progress, alone: bool
) -> "tuple[list[Row], Exception | None]":
    """The rows of ``check``, each of which is shown at once, since a check takes a while; and what has ended it.

    That is a row as well, so that the other APIs are checked. It is not shown if the API is ``alone`` and has no other row:
    it is the command's only message then.
    """
    from ..check.row import NotChecked, Row, State
    from ..check.run import NotCheckable
    from ..check.sender import Unreachable
    from ..check.target import NotOurs
    from ..packages.issuer import IssuerError

    rows: list[Row] = []
    try:
        for row in check.rows():
            rows.append(row)
            progress.show(len(rows), f"{len(rows)} promises")
            if show_row is not None:
                show_row(row)
    except (NotOurs, NotCheckable, NotChecked, Unreachable, IssuerError) as fault:
        rows.append(Row("the API", "can be checked", str(fault), State.NOT_CHECKED))
        if show_row is not None and not (alone and len(rows) == 1):
            show_row(rows[-1])
        return rows, fault
    return rows, None


def _printer(heading: str, progress: Progress) -> "Callable[[Row], object]":
    """Prints rows as they come, below the titles and ``heading``, in place of the ``progress``."""
    from ..check.report import line, title

    above: list[Line] = [*(["", f"{heading}:"] if heading else []), title()]

    def show_row(row: "Row") -> None:
        with progress.hidden():
            show([*above, line(row)])
            sys.stdout.flush()
        above.clear()

    return show_row


def _junit(path: str | None) -> IO[str]:
    """The file to write to, opened before anything is sent. Raises ``Undetermined``."""
    if path is None:
        return io.StringIO()
    try:
        return open(path, "w", encoding="utf-8")  # noqa: PTH123 - the caller closes it
    except OSError as fault:
        raise Undetermined(f"--junit: {path} cannot be written: {fault.strerror}: write another file") from None


def _check(promises: "Promises", account: "Account", options: argparse.Namespace) -> "Check":
    import ssl

    from ..check.run import Check
    from ..client_certificate import read_client_certificate

    tls = certificate = None
    if options.certificate is not None:
        tls = ssl.create_default_context()
        try:
            tls.load_cert_chain(options.certificate)
            certificate = read_client_certificate("--certificate", options.certificate)
        except (OSError, ValueError) as fault:
            raise Undetermined(
                f"--certificate: {options.certificate}: no certificate with its private key in PEM format ({fault})"
            ) from None
    headers = tuple((name, str(value)) for name, value in options.header)
    return Check(
        promises,
        account,
        options.route,
        tuple(options.scope),
        options.algorithm,
        dict(options.claim),
        headers,
        tls,
        certificate,
    )


def _promises(options: argparse.Namespace) -> list["Promises"]:
    """Of the APIs to check. Raises ``Undetermined`` if something is missing."""
    from ..check.promises import Promises, check_route_key, of_outputs, without_slash

    for name in ("route", "public", "skip"):
        value = getattr(options, name)
        for key in value if isinstance(value, list) else [value] if value is not None else []:
            try:
                check_route_key(key)
            except ValueError as fault:
                raise UsageError(f"--{name}: {fault}") from None
    if options.stack_output:
        try:
            apis = of_outputs(read_text(options.stack_output))
        except OSError as fault:
            raise Undetermined(
                f"--stack-output: {options.stack_output}: {fault.strerror}: write that of `pulumi stack output --json`, or -"
            ) from None
        except ValueError as fault:
            raise Undetermined(str(fault)) from None
    else:
        apis = [Promises(endpoint=without_slash(options.endpoint))]
    if options.api is not None:
        names = ", ".join(api.name for api in apis) or "none"
        apis = [api for api in apis if api.name == options.api]
        if not apis:
            raise Undetermined(f"--api {options.api}: not one of the stack's APIs, which are {names}")
    return [_completed(api, options) for api in apis]


def _completed(api: "Promises", options: argparse.Namespace) -> "Promises":
    """With the options, which replace the outputs' values or add to them."""
    given = {name: value for name in ("key", "issuer", "audience") if (value := getattr(options, name))}
    api = replace(
        api,
        **given,
        open_routes=frozenset(options.public),
        skipped_routes=frozenset(options.skip),
        trusted_issuers=api.trusted_issuers | set(options.trusted_issuer),
        role_actions=api.role_actions | set(options.role_action),
        key_users=frozenset(options.key_user),
    )
    for name in ("key", "issuer", "audience"):
        if not getattr(api, name):
            export = f", or export it from the program as {'key_alias' if name == 'key' else name}"
            of = f" of {api.name}" if api.name else ""
            raise Undetermined(f"the {name}{of} is not known: use --{name}{export if options.stack_output else ''}")
    return api


COMMAND = Command(_DESCRIPTION, _EXAMPLES, add_arguments, _run)
"""What ``cli.command_line`` runs."""
