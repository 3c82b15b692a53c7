"""The command line of ``kms-jwt check``."""

import argparse

from ..aws import add_aws
from ..name_value import name_value

_REPEATED = {
    "--scope": ("SCOPE", "a scope that --route requires"),
    "--public": ("ROUTE", "a route that needs no token, if the stack's output does not say so"),
    "--skip": ("ROUTE", "a route that is none of the promises, such as one with another authorizer"),
    "--trusted-issuer": ("URL", "another issuer whose tokens the API accepts"),
    "--role-action": ("ACTION", "an action that you have allowed the authorizer's role"),
    "--key-user": ("ARN", "a principal of another account that you have named in the keys' policies"),
}
"""Options that may be repeated, with their metavars and help."""


def add_arguments(check: argparse.ArgumentParser) -> None:
    """Add the options to the command."""
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
    for option, (metavar, meaning) in _REPEATED.items():
        check.add_argument(option, action="append", default=[], metavar=metavar, help=f"{meaning}; may be repeated")
    check.add_argument(
        "--claim",
        action="append",
        default=[],
        type=name_value,
        metavar="NAME=TEXT",
        help="a claim that the API requires, as NAME=TEXT or NAME:=JSON; may be repeated",
    )
    check.add_argument(
        "--header",
        action="append",
        default=[],
        type=name_value,
        metavar="NAME=TEXT",
        help="a header to send with every request, such as a further identity source; may be repeated",
    )
    check.add_argument(
        "--certificate", metavar="FILE", help="client certificate and private key in PEM format, for mutual TLS"
    )
    check.add_argument("--algorithm", help="JOSE algorithm of the key, if not the default of the key spec")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.add_argument("--junit", metavar="FILE", help="write the result to this file, too, as pipelines read it")
    add_aws(check)
