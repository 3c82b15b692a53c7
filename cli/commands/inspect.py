"""``kms-jwt inspect``: the content of a token. Nothing is verified, and the output says so."""

import argparse
import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt

from ..command import Command, Output
from ..json_input import Jwk, keys_of, parse_json
from ..terminal import read_text

_DESCRIPTION = """\
Show the header and the claims of a token, its times in readable form, and which key it names. Nothing is verified:
a forged token is shown like a valid one. To verify a token, use `{program} explain`.
"""

_EXAMPLES = """\
  %(prog)s < token.txt
  %(prog)s eyJ... --jwks jwks.json
"""

_TIMES = {"iat": "issued", "nbf": "valid from", "auth_time": "logged in", "exp": "expires"}

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def _add_arguments(inspect: argparse.ArgumentParser) -> None:
    inspect.add_argument("token", nargs="?", help="the token (default: read from standard input)")
    inspect.add_argument("--jwks", metavar="FILE", help="a JWKS in which to look up the key (-: standard input)")


def _run(options: argparse.Namespace) -> Output:
    if options.token is None and options.jwks == "-":
        raise ValueError(
            "--jwks -: the token is read from standard input too: specify a file, or the token as an argument"
        )
    text = read_text("-") if options.token is None else options.token
    token = text.strip().removeprefix("Bearer ").strip()
    try:
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as fault:
        raise ValueError(f"not a JWT in compact serialization: {fault}") from None
    header, claims = parts["header"], parts["payload"]
    keys = _keys(read_text(options.jwks)) if options.jwks else None
    sections = [
        ("Header", _members(header)),
        ("Claims", _members(claims)),
        ("Times", _times(claims, time.time())),
        ("Key", [_key(header, keys)]),
    ]
    lines = [line for title, content in sections if content for line in (title, *(f"  {item}" for item in content))]
    return Output([*lines, "None of this has been verified, including the signature."])


def _members(members: dict[str, Any]) -> list[str]:
    width = max(map(len, members), default=0)
    # As JSON in ASCII, so that nothing in the token can control the terminal.
    return [f"{json.dumps(name)[1:-1]:<{width}}  {json.dumps(value)}" for name, value in members.items()]


def _times(claims: dict[str, Any], now: float) -> list[str]:
    return [f"{words:<10}  {_moment(claims[name], now)}" for name, words in _TIMES.items() if name in claims]


def _moment(value: object, now: float) -> str:
    """A NumericDate (RFC 7519 section 2) with its difference from ``now``."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 253402300800:
        return f"{json.dumps(value)}: not a time in seconds since 1970"
    return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC, {_distance(value - now)}"


def _distance(seconds: float) -> str:
    """In the two largest units: ``in 14 minutes 30 seconds``, ``2 hours ago``."""
    left, words = round(abs(seconds)), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}{'s' if count > 1 else ''}")
    distance = " ".join(words[:2])
    if not distance:
        return "now"
    return f"in {distance}" if seconds > 0 else f"{distance} ago"


def _keys(text: str) -> list[Jwk]:
    try:
        return keys_of(parse_json(text))
    except ValueError:
        raise ValueError('--jwks: not a JSON Web Key Set: it must be an object with a list "keys"') from None


def _key(header: dict[str, Any], keys: list[Jwk] | None) -> str:
    kid = header.get("kid")
    if kid is None:
        return "none: the token has no kid"
    if keys is None:
        return f"{json.dumps(kid)} (use --jwks to look it up)"
    found = next((key for key in keys if key.get("kid") == kid), None)
    if found is None:
        known = ", ".join(json.dumps(key.get("kid")) for key in keys) or "none"
        return f"{json.dumps(kid)} is not in the JWKS, which contains {known}"
    kind = " ".join(str(found[name]) for name in ("kty", "crv") if name in found)
    alg = found.get("alg", header.get("alg"))
    differs = "" if alg == header.get("alg") else f", but the token has alg {json.dumps(header.get('alg'))}"
    return f"{json.dumps(kid)} is in the JWKS: {json.dumps(kind)[1:-1]}, for {json.dumps(alg)}{differs}"


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
