"""Arguments that several commands have in common."""

import argparse
import json
from typing import TYPE_CHECKING, Any

import boto3

from ..jwk import Jwk
from ..signer import kms_client

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, text: str, examples: str
) -> argparse.ArgumentParser:
    """A command with ``summary`` in the list of commands, and ``text`` and ``examples`` in its own help."""
    return commands.add_parser(
        name,
        help=summary,
        description=text,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_aws(command: argparse.ArgumentParser) -> None:
    """The options that say which AWS account and region are meant."""
    command.add_argument("--profile", help="AWS profile, which may name a role to assume")
    command.add_argument("--region", help="AWS region")


def kms_of(options: argparse.Namespace) -> "KMSClient":
    """A KMS client for the account and region that ``add_aws`` has asked for."""
    return kms_client(boto3.Session(profile_name=options.profile, region_name=options.region))


def parse_json(text: str) -> Any:
    """The value that ``text`` is. Raises ``ValueError``."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_text(value: object, indent: int | None = None) -> str:
    """``value`` as JSON in printable ASCII."""
    # DEL is the one control character that JSON does not escape.
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


def keys_of(jwks: object) -> list[Jwk]:
    """The keys of a JSON Web Key Set. Raises ``ValueError`` for what is none."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError('a JSON Web Key Set is an object with a list "keys" of objects')
    return keys
