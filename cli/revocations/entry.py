"""One entry of a denylist: what is revoked, of whom, and until or since when."""

from datetime import UTC, datetime
from math import ceil
from typing import NamedTuple

from ..command import CommandError
from ..packages.authorizer import Denied, Revoked, parse_jws, strict_json

CLIENT, SUBJECT, TOKEN, KEY = "client", "subject", "token", "key"

FIELDS = {CLIENT: "clients", SUBJECT: "subjects", TOKEN: "tokens"}
"""The kinds of entries that belong to an issuer -> where ``Revoked`` has them."""

MAX_LEEWAY_SECONDS = 300
"""How long after ``exp`` an authorizer may accept a token, at most (``leeway_seconds``)."""


class Entry(NamedTuple):
    """Something that is, or is to be, revoked."""

    kind: str
    """One of the above."""
    name: str
    """A client, a subject, a ``jti`` or a ``kid``."""
    issuer: str = ""
    """``iss`` of the tokens; empty for a key."""
    time: int = 0
    """Of a client or a subject: tokens that were issued before it are denied. Of a token: its ``exp``. Of a key: none."""

    @property
    def what(self) -> str:
        """For a reader."""
        return f"{self.kind} {self.name}" + (f" of {self.issuer}" if self.issuer else "")

    @property
    def when(self) -> str:
        """Which tokens are denied, for a reader."""
        if self.kind == KEY:
            return "all of its tokens"
        if self.kind == TOKEN:
            return f"it expires at {moment(self.time)}"
        return f"tokens issued before {moment(self.time)}"

    def expired(self, now: float) -> bool:
        """Whether the token is denied anyhow."""
        return self.kind == TOKEN and self.time + MAX_LEEWAY_SECONDS < now


def moment(seconds: float) -> str:
    """A time in seconds since the epoch, for a reader."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def issued_until(kind: str, name: str, issuer: str, now: float) -> Entry:
    """All tokens of a client or a subject that were issued until ``now``. ``iat`` is in whole seconds, so those that are issued
    within the same second are denied, too."""
    return Entry(kind, name, issuer, int(now) + 1)


def token_entry(token: str, now: float) -> Entry:
    """The one token. Nothing in it is verified: whoever has it may revoke it. Raises ``CommandError``."""
    try:
        claims = strict_json.loads(parse_jws(token.encode()).payload)
    except (Denied, ValueError):
        raise CommandError("--token: not a JWT in compact serialization") from None
    issuer, jti, exp = claims.get("iss"), claims.get("jti"), claims.get("exp")
    if not isinstance(jti, str) or not jti:
        raise CommandError(
            "--token: it has no jti, by which it could be told from others: revoke its subject or client"
        )
    if not isinstance(issuer, str) or not issuer:
        raise CommandError("--token: it has no iss: no authorizer accepts it")
    if isinstance(exp, bool) or not isinstance(exp, int | float) or not 0 <= exp < 253402300799:
        raise CommandError("--token: it has no exp: no authorizer accepts it")
    entry = Entry(TOKEN, jti, issuer, ceil(exp))
    if entry.expired(now):
        raise CommandError(f"--token: it has expired at {moment(exp)}, and is denied anyhow")
    return entry


def entries_of(issuer: str, revoked: Revoked) -> list[Entry]:
    """The entries of one issuer."""
    return [
        Entry(kind, name, issuer, time)
        for kind, field in FIELDS.items()
        for name, time in sorted(getattr(revoked, field).items())
    ]
