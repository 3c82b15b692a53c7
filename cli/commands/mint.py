"""``kms-jwt mint``: sign a token."""

import argparse
import re
import time
import uuid
from typing import Any

from ..aws import add_aws, kms_of
from ..command import Command, Output
from ..name_value import name_value

_DESCRIPTION = "Sign a token with a KMS key and print only the token to standard output."

_EXAMPLES = """\
  %(prog)s --key alias/kms-jwt-dev-signing --issuer https://auth.dev.example.com --audience orders \\
      --claim sub=alice --scope orders:read --ttl 15m
  curl -H "Authorization: Bearer $(%(prog)s --key alias/... --claim sub=alice ...)" https://...
"""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _add_arguments(mint: argparse.ArgumentParser) -> None:
    mint.add_argument("--key", required=True, help="KMS key: an alias (alias/...), a key id or an ARN")
    mint.add_argument("--issuer", help="the claim iss")
    mint.add_argument("--audience", action="append", help="the claim aud; may be repeated")
    mint.add_argument("--scope", action="append", help="a scope, such as orders:read; may be repeated")
    mint.add_argument(
        "--claim",
        action="append",
        default=[],
        type=name_value,
        metavar="NAME=TEXT",
        help="any claim, as NAME=TEXT or NAME:=JSON; may be repeated, and overrides the other options",
    )
    mint.add_argument(
        "--header",
        action="append",
        default=[],
        type=name_value,
        metavar="NAME=TEXT",
        help="a header parameter, as NAME=TEXT or NAME:=JSON; may be repeated",
    )
    mint.add_argument("--ttl", type=_duration, default="15m", help="lifetime, such as 90s, 15m or 8h (default 15m)")
    mint.add_argument(
        "--algorithm", help="JOSE algorithm, if not the default of the key spec (such as PS256 with an RSA key)"
    )
    add_aws(mint)


def _run(options: argparse.Namespace) -> Output:
    from ..packages.issuer import KmsSigner  # imports boto3: see kms_of

    with kms_of(options) as client:
        signer = KmsSigner(options.key, client, alg=options.algorithm)
        return Output([signer.sign(_claims(options, time.time()), dict(options.header))])


def _claims(options: argparse.Namespace, now: float) -> dict[str, Any]:
    claims: dict[str, Any] = {"iat": int(now), "exp": int(now) + options.ttl, "jti": str(uuid.uuid4())}
    if options.issuer:
        claims["iss"] = options.issuer
    if options.audience:
        claims["aud"] = options.audience if len(options.audience) > 1 else options.audience[0]
    if options.scope:
        claims["scope"] = " ".join(options.scope)
    return {**claims, **dict(options.claim)}


def _duration(text: str) -> int:
    match = re.fullmatch(r"(-?\d+)([smhd])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration: write a number and s, m, h or d, such as 15m")
    return int(match[1]) * _UNITS[match[2]]


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
