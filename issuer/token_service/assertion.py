"""What all client assertions have in common (RFC 7521 section 4.2, RFC 7523 section 3), whoever signs them."""

from collections.abc import Collection
from typing import NamedTuple, cast

from ..authorizer import strict_json
from ..jwt_verification import Claims, Denial, Denied, Jws, parse_jws

MAX_BYTES = 8192
"""As the authorizer's default for tokens."""

MAX_AGE_SECONDS = 60
"""How long after ``iat`` an assertion is accepted, whatever its ``exp``: time enough for the request that it was made for, and
the limit for using it again where it is not remembered (``replay``)."""

MAX_LIFETIME_SECONDS = 3600
"""The maximum of ``exp`` minus ``iat``. Authlib always writes an hour, and AWS STS signs for up to an hour."""

_MAX_JTI_LENGTH = 256


class Assertion(NamedTuple):
    """A client assertion. Nothing in it is trusted yet."""

    text: str
    jws: Jws
    claims: Claims


class Proof(NamedTuple):
    """What an assertion proves, once its signature and its claims have been checked."""

    client_id: str
    jti: str
    forget_at: float
    """From then on it is no longer accepted, in seconds since the epoch."""


def read_assertion(text: str) -> Assertion:
    """Parse ``text``. Raises ``Denied``: TOKEN_TOO_LARGE, MALFORMED_TOKEN, FORBIDDEN_HEADER."""
    if len(text) > MAX_BYTES:
        raise Denied(Denial.TOKEN_TOO_LARGE)
    if not text.isascii():
        raise Denied(Denial.MALFORMED_TOKEN)
    jws = parse_jws(text.encode("ascii"))
    try:
        return Assertion(text, jws, strict_json.loads(jws.payload))
    except ValueError:
        raise Denied(Denial.MALFORMED_TOKEN) from None


def proof(claims: Claims, client_id: str, audiences: Collection[str]) -> Proof:
    """What ``claims`` prove, which have been checked as those of any token.

    ``aud`` must be one of ``audiences`` and nothing else, a string or a list of one: a service that an assertion is for as well
    could send it here as if it were the client (draft-ietf-oauth-rfc7523bis). Raises ``Denied``.
    """
    aud, jti = claims["aud"], claims["jti"]
    values = aud if isinstance(aud, list) else [aud]
    if len(values) != 1 or values[0] not in audiences:
        raise Denied(Denial.WRONG_AUDIENCE)
    if not isinstance(jti, str) or len(jti) > _MAX_JTI_LENGTH:
        raise Denied(Denial.MALFORMED_CLAIM)
    forget_at = cast("float", claims["exp"])
    if "iat" in claims:
        forget_at = min(forget_at, cast("float", claims["iat"]) + MAX_AGE_SECONDS + 1)
    return Proof(client_id, jti, forget_at)
