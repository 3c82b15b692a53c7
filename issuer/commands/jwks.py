"""``python -m issuer jwks``: the public keys as a JSON Web Key Set."""

import argparse
import json

from ..jwk import Jwk, public_jwk
from ..signing_key import read_public_key, resolve_signing_key
from .arguments import add_aws, add_command, keys_of, kms_of, parse_json
from .shared import public_members, read_text

_EXAMPLES = """\
  %(prog)s --key alias/kms-jwt-dev-signing > jwks.json
  %(prog)s --key <key id> --key <key id>
  pulumi stack output --json | %(prog)s --stack-output -
"""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    text = "Print the public keys as a JSON Web Key Set (RFC 7517). Each kid is the id of the KMS key."
    jwks = add_command(commands, "jwks", "print public keys as a JWKS", text, _EXAMPLES)
    source = jwks.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--key", action="append", help="KMS key: an alias (alias/...), a key id or an ARN; may be repeated"
    )
    source.add_argument(
        "--stack-output",
        metavar="FILE",
        help="what `pulumi stack output --json` has printed (-: standard input); its output jwks has all accepted keys",
    )
    jwks.add_argument("--algorithm", help="JOSE algorithm of the keys, if not the default of their spec")
    add_aws(jwks)


def run(options: argparse.Namespace) -> list[str]:
    """The JWKS, in lines. Raises ``IssuerError``, ``BotoCoreError``, ``OSError`` and ``ValueError``."""
    keys = _of_stack(read_text(options.stack_output)) if options.stack_output else _of_kms(options)
    return json.dumps({"keys": keys}, indent=2).split("\n")


def _of_kms(options: argparse.Namespace) -> list[Jwk]:
    client = kms_of(options)
    found = {}  # by ARN: an alias and an id may name the same key
    for name in options.key:
        key = resolve_signing_key(client, name, options.algorithm)
        found[key.arn] = public_jwk(read_public_key(client, key.arn), key)
    return list(found.values())


def _of_stack(text: str) -> list[Jwk]:
    try:
        outputs = parse_json(text)
    except ValueError as fault:
        raise ValueError(f"--stack-output: not JSON ({fault}): write `pulumi stack output --json`") from None
    jwks = outputs.get("jwks") if isinstance(outputs, dict) else None
    try:
        keys = keys_of(parse_json(jwks) if isinstance(jwks, str) else jwks)
    except ValueError:
        raise ValueError("--stack-output: no output jwks in it: export that of SigningKeys by this name") from None
    return [public_members(key) for key in keys]
