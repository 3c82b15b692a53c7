"""JSON Web Tokens that are signed with RSA: parsing and the signature (RFC 7515, RFC 7518 section 3.3)."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ALGORITHMS = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}

_PLAIN = re.compile(r"[A-Za-z0-9-]{1,20}")
"""What may be repeated in a header of the answer."""


class TokenError(Exception):
    """The token is not valid. The message is told to the caller."""


@dataclass(frozen=True)
class Token:
    """A token whose signature has not been verified."""

    alg: str
    kid: str
    claims: dict[str, Any]
    signing_input: bytes
    signature: bytes


def parse(text: str) -> Token:
    """The parts of a token. Raises ``TokenError``."""
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenError("the token contains an invalid number of segments")
    try:
        header, claims = (json.loads(_octets(part)) for part in parts[:2])
        signature = _octets(parts[2])
    except ValueError:
        raise TokenError("the token is malformed") from None
    if not isinstance(header, dict) or not isinstance(claims, dict) or "crit" in header:
        raise TokenError("the token is malformed")
    alg, kid = header.get("alg"), header.get("kid")
    if alg not in ALGORITHMS:
        named = f" {alg}" if isinstance(alg, str) and _PLAIN.fullmatch(alg) else ""
        raise TokenError(f"signing method{named} is invalid")
    if not isinstance(kid, str) or not kid:
        raise TokenError("the token has no kid")
    return Token(alg, kid, claims, f"{parts[0]}.{parts[1]}".encode(), signature)


def verify(token: Token, keys: list[dict[str, Any]]) -> None:
    """Raises ``TokenError`` unless the key of the issuer that the token names has signed it."""
    key = next((key for key in keys if key.get("kid") == token.kid), None)
    if key is None:
        raise TokenError("no key of the issuer has the kid of the token")
    if key.get("kty") != "RSA" or key.get("use", "sig") != "sig" or key.get("alg", token.alg) != token.alg:
        raise TokenError("the key of the issuer is for something else")
    try:
        numbers = rsa.RSAPublicNumbers(*(int.from_bytes(_octets(key[name]), "big") for name in ("e", "n")))
        numbers.public_key().verify(token.signature, token.signing_input, padding.PKCS1v15(), ALGORITHMS[token.alg])
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise TokenError("the signature is invalid") from None


def _octets(text: str) -> bytes:
    """Base64url without padding. Raises ``ValueError``."""
    octets = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=") != text.encode():
        raise ValueError(text)
    return octets
