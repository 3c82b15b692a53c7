"""``kms-jwt client``: the credentials of a client of the token service."""

import argparse
import json
import os
import secrets
from hashlib import sha256

from ..command import Command, CommandError, Output

_DESCRIPTION = """\
Make the credentials with which a client of the token service authenticates: a secret of 256 random bits and the SHA-256 of it,
which is what the service is configured with. The secret is shown once and kept nowhere; it contains A-Z, a-z, 0-9, _ and -
only, which every client library sends alike.

With --key, make a key for private_key_jwt (RFC 7523) instead: an ECC P-256 key for ES256. The private key goes to a new file
that only you may read, its public key, as the JWKS to configure, to standard output.
"""

_EXAMPLES = """\
  %(prog)s new
  %(prog)s new --key billing.pem > billing-jwks.json
"""


def _add_arguments(client: argparse.ArgumentParser) -> None:
    client.add_argument("action", choices=["new"], help="what to do")
    client.add_argument(
        "--key", metavar="FILE", help="make a key for private_key_jwt, and write it to this new file (PEM, PKCS #8)"
    )


def _run(options: argparse.Namespace) -> Output:
    if options.key is not None:
        return Output(json.dumps({"keys": [_new_key(options.key)]}, indent=2).split("\n"))
    secret = secrets.token_urlsafe(32)
    return Output(
        [
            "For the client, which alone may know it (client_secret):",
            f"  {secret}",
            "For the configuration of the token service (secret_hashes):",
            f"  {sha256(secret.encode()).hexdigest()}",
        ]
    )


def _new_key(path: str) -> dict[str, str]:
    """The public JWK of a new key, whose private key is written to ``path``; the kid is its thumbprint (RFC 7638)."""
    from base64 import urlsafe_b64encode  # with what follows, for this option only

    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    def text(octets: bytes) -> str:
        return urlsafe_b64encode(octets).rstrip(b"=").decode()

    key = generate_private_key(SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (text(number.to_bytes(32)) for number in (numbers.x, numbers.y))
    members = {"crv": "P-256", "kty": "EC", "x": x, "y": y}  # in the order of RFC 7638 section 3.2
    kid = text(sha256(json.dumps(members, separators=(",", ":")).encode()).digest())
    _write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {**members, "kid": kid, "alg": "ES256", "use": "sig"}


def _write_new(path: str, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(
            f"--key {path}: there is such a file, and a key is never overwritten: name another"
        ) from None
    except OSError as fault:
        raise CommandError(
            f"--key {path}: cannot be created: {fault.strerror}: name a file in a folder of yours"
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
