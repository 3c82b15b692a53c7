"""``kms-jwt revoke``: revoke tokens, clients, subjects and keys without a deployment."""

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..aws import add_aws, clients_of
from ..command import Command, CommandError, Output, UsageError
from ..terminal import complain, read_text

if TYPE_CHECKING:
    from ..packages.authorizer import Denylist
    from ..revocations.entry import Entry
    from ..revocations.stack import DenylistStack

_DESCRIPTION = """\
Revoke one token, or all tokens that a client, a subject or a key has had so far. It takes effect as soon as the authorizers
have read the denylist, and what API Gateway has cached before has expired; with --now, as soon as they have read it.

A client or a subject gets new tokens as before: take its credentials away first. A key is revoked for good, for as long as it
is in the denylist.
"""

_EXAMPLES = """\
  pulumi stack output --json > outputs.json
  %(prog)s --stack-output outputs.json --client billing
  %(prog)s --stack-output outputs.json --subject alice --now
  %(prog)s --stack-output outputs.json --token - < token.txt
  %(prog)s --bucket kms-jwt-denylist --key 1234abcd-12ab-34cd-56ef-1234567890ab
  %(prog)s --stack-output outputs.json --list
  %(prog)s --stack-output outputs.json --client billing --undo
"""


def _add_arguments(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--client", help="tokens of this client (client_id, azp, cid or appid) that were issued until now"
    )
    what.add_argument("--subject", help="tokens of this subject (sub) that were issued until now")
    what.add_argument("--token", help="this one token, by its jti (-: standard input)")
    what.add_argument("--key", metavar="KID", help="all tokens signed by this key, by its kid: the id of the KMS key")
    what.add_argument("--list", action="store_true", help="show what is revoked")
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--stack-output", metavar="FILE", help="the output of `pulumi stack output --json` (-: standard input)"
    )
    where.add_argument("--bucket", help="the bucket with the denylist, if not that of a stack")
    command.add_argument(
        "--issuer", help="the iss of the client's or the subject's tokens, if the stack has more than one or none"
    )
    command.add_argument("--undo", action="store_true", help="remove it from the denylist")
    command.add_argument(
        "--now",
        action="store_true",
        help="wait until the authorizers have read the denylist, and empty API Gateway's cache",
    )
    add_aws(command)


def _run(options: argparse.Namespace) -> Output:
    # Imported only here, as boto3 is: `--help` needs none of it.
    from ..revocations.bucket import Bucket
    from ..revocations.changes import revoked, undone
    from ..revocations.gateway import empty_caches
    from ..revocations.stack import DenylistStack, of_outputs

    _check(options)
    stack = of_outputs(read_text(options.stack_output)) if options.stack_output else DenylistStack(options.bucket)
    with clients_of(options) as client:
        bucket = Bucket(client("s3"), stack.bucket)
        if options.list:
            return Output(_listed(bucket.read()))
        entry = _entry(options, stack, bucket.now)
        bucket.change(undone(entry) if options.undo else revoked(entry))
        done = f"no longer revoked: {entry.what}" if options.undo else f"revoked: {entry.what}: {entry.when}"
        if not options.now:
            return Output([done, *_delay(stack)])
        refresh_seconds = max(api.refresh_seconds for api in stack.apis)
        complain(f"{done}; waiting {refresh_seconds} s until every authorizer has read it")
        empty_caches(client("apigatewayv2"), [api.api_id for api in stack.apis], refresh_seconds)
    return Output(
        [done, f"it holds for {', '.join(api.name or api.api_id for api in stack.apis)}, whose caches are empty"]
    )


def _check(options: argparse.Namespace) -> None:
    """Raises ``UsageError`` for options that do not fit together."""
    faults = []
    if options.key and options.key.startswith(("alias/", "arn:")):
        faults.append(f"--key: must be a kid, which is the id of the KMS key, and is {options.key!r}")
    if options.list:
        faults += [
            f"--{name}: has no effect with --list" for name in ("undo", "now", "issuer") if getattr(options, name)
        ]
    for name in ("client", "subject", "token", "key", "bucket", "issuer"):
        if getattr(options, name) == "":
            faults.append(f"--{name}: must not be empty")
    if options.issuer and (options.token or options.key):
        faults.append("--issuer: is for --client and --subject: a token names its issuer, and a key is revoked for all")
    if options.now and options.bucket:
        faults.append("--now: which APIs read the denylist is not known: use --stack-output")
    if options.bucket and (options.client or options.subject) and not options.issuer:
        faults.append("--issuer is required with --bucket: the iss of the tokens")
    if options.token == "-" and options.stack_output == "-":  # noqa: S105 - standard input
        faults.append("--token -: the outputs are read from standard input too: specify a file")
    if faults:
        raise UsageError(*faults)


def _entry(options: argparse.Namespace, stack: "DenylistStack", now: Callable[[], float]) -> "Entry":
    """What is to be revoked, or no longer, at the time that ``now`` returns. Raises ``CommandError``."""
    from ..revocations.entry import CLIENT, KEY, SUBJECT, Entry, issued_until, token_entry

    if options.now and not stack.apis:
        raise CommandError(
            "--now: no API of the stack reads the denylist: export api_id and denylist_refresh_seconds of it"
        )
    if options.key:
        return Entry(KEY, options.key)
    if options.token:
        text = read_text("-") if options.token == "-" else options.token  # noqa: S105 - standard input
        entry = token_entry(text.strip().removeprefix("Bearer ").strip(), now())
        _check_issuer("--token", entry.issuer, stack)
        return entry
    kind, name = (CLIENT, options.client) if options.client else (SUBJECT, options.subject)
    issuer = options.issuer or (stack.own_issuers[0] if len(stack.own_issuers) == 1 else None)
    if issuer is None:
        known = ", ".join(stack.issuers) or "none"
        own = len(stack.own_issuers)
        raise CommandError(f"--issuer is required, since the stack has {own} own issuers: its issuers are {known}")
    _check_issuer("--issuer", issuer, stack)
    return issued_until(kind, name, issuer, now())


def _check_issuer(option: str, issuer: str, stack: "DenylistStack") -> None:
    if stack.issuers and issuer not in stack.issuers:
        raise CommandError(
            f"{option}: no API of the stack accepts tokens of {issuer}: its issuers are {', '.join(stack.issuers)}"
        )


def _delay(stack: "DenylistStack") -> Iterator[str]:
    for api in stack.apis:
        seconds, ttl = api.refresh_seconds, api.cache_ttl
        yield f"{api.name or api.api_id}: within {seconds + ttl} s: read every {seconds} s, answers cached for {ttl} s"


def _listed(denylist: "Denylist") -> Iterator[str]:
    from ..revocations.changes import entries

    found = entries(denylist)
    if not found:
        yield "nothing is revoked"
    for entry in found:
        yield f"{entry.what}: {entry.when}"


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
