"""``kms-jwt jwks``: the public keys as a JSON Web Key Set."""

import argparse
import json

from ..aws import add_aws, kms_of
from ..command import Command, Output
from ..json_input import Jwk, keys_of, parse_json
from ..packages.authorizer import public_members
from ..terminal import read_text

_DESCRIPTION = "Print the public keys as a JSON Web Key Set (RFC 7517). Each kid is the id of the KMS key."

_EXAMPLES = """\
  %(prog)s --key alias/kms-jwt-dev-signing > jwks.json
  %(prog)s --key <key id> --key <key id>
  pulumi stack output --json | %(prog)s --stack-output -
"""


def _add_arguments(jwks: argparse.ArgumentParser) -> None:
    source = jwks.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--key", action="append", help="KMS key: an alias (alias/...), a key id or an ARN; may be repeated"
    )
    source.add_argument(
        "--stack-output",
        metavar="FILE",
        help="the output of `pulumi stack output --json` (-: standard input); its value jwks contains all accepted keys",
    )
    jwks.add_argument("--algorithm", help="JOSE algorithm of the keys, if not the default of their key spec")
    add_aws(jwks)


def _run(options: argparse.Namespace) -> Output:
    keys = _of_stack(read_text(options.stack_output)) if options.stack_output else _of_kms(options)
    return Output(json.dumps({"keys": keys}, indent=2).split("\n"))


def _of_kms(options: argparse.Namespace) -> list[Jwk]:
    from ..packages.issuer import public_jwk, read_public_key, resolve_signing_key  # imports boto3: see kms_of

    found = {}  # by ARN: an alias and an id may name the same key
    with kms_of(options) as client:
        for name in options.key:
            key = resolve_signing_key(client, name, options.algorithm)
            found[key.arn] = public_jwk(read_public_key(client, key.arn), key)
    return list(found.values())


def _of_stack(text: str) -> list[Jwk]:
    try:
        outputs = parse_json(text)
    except ValueError as fault:
        raise ValueError(f"--stack-output: not JSON ({fault}): use `pulumi stack output --json`") from None
    jwks = outputs.get("jwks") if isinstance(outputs, dict) else None
    try:
        keys = keys_of(parse_json(jwks) if isinstance(jwks, str) else jwks)
    except ValueError:
        raise ValueError(
            "--stack-output: has no output jwks: export the output jwks of SigningKeys by this name"
        ) from None
    return [public_members(key) for key in keys]


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
