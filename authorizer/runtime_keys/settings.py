"""Reading the field ``jwks_url`` of a trusted issuer in ``config.json``: where its keys are, and how often to read them."""

import re
from typing import NamedTuple

from ..config_fields import Fields
from ..keys import ALGORITHMS

DEFAULT_REFRESH_SECONDS = 900
DEFAULT_MAX_STALE_SECONDS = 86400
DEFAULT_COOLDOWN_SECONDS = 300
MIN_COOLDOWN_SECONDS = 30
"""A cooldown other than 0 is at least this long: it bounds what a flood of unknown ``kid`` costs."""
MAX_ISSUERS = 10
"""Issuers with a URL: an invocation refreshes one of them, and those whose keys are too old."""
MIN_TIMEOUT_SECONDS = 3
"""The minimum timeout of a function that reads keys at run time: a refresh may take half of it."""

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_URL = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[!$-;=?-\[\]_a-z~]*)?"
)
"""A host name has a last label that begins with a letter (RFC 3696 section 2), so that an IP address in any spelling is none.
The path and the query are printable ASCII, without spaces, fragments and what RFC 3986 section 2 does not allow."""


class JwksUrl(NamedTuple):
    """The field ``jwks_url`` of a trusted issuer."""

    url: str
    host: str
    refresh_seconds: int
    max_stale_seconds: int
    cooldown_seconds: int
    """Between two attempts that an unknown ``kid`` pulls forward, counted from the attempt. 0: it never does."""
    algorithms: tuple[str, ...]
    """Its keys may have these only."""


def read_jwks_url(issuer: Fields) -> JwksUrl:
    """Read the field ``jwks_url`` of the entry ``issuer``; errors are recorded there."""
    fields = issuer.object("jwks_url")
    fields.only(("url", "refresh_seconds", "max_stale_seconds", "cooldown_seconds", "algorithms"))
    url = fields.name("url")
    fault = url_fault(url)
    if url and fault:
        fields.fault(fault, "url")
    refresh_seconds = fields.integer("refresh_seconds", DEFAULT_REFRESH_SECONDS, 60, 86400, "seconds")
    max_stale_seconds = fields.integer("max_stale_seconds", DEFAULT_MAX_STALE_SECONDS, 60, 604800, "seconds")
    if max_stale_seconds < refresh_seconds:
        fields.fault(
            f"must not be less than refresh_seconds, {refresh_seconds}, and is {max_stale_seconds}", "max_stale_seconds"
        )
    cooldown_seconds = fields.integer("cooldown_seconds", DEFAULT_COOLDOWN_SECONDS, 0, 86400, "seconds")
    if 0 < cooldown_seconds < MIN_COOLDOWN_SECONDS:
        fields.fault(
            f"must be 0 or at least {MIN_COOLDOWN_SECONDS} seconds, and is {cooldown_seconds}", "cooldown_seconds"
        )
    algorithms = fields.values("algorithms", 1, ALGORITHMS)
    for index, alg in enumerate(algorithms):
        if alg not in ALGORITHMS:
            fields.fault(f"must be one of {', '.join(ALGORITHMS)}, and is {alg!r}", "algorithms", index)
    found = _URL.fullmatch(url)
    host = found["host"] if found else ""
    return JwksUrl(url, host, refresh_seconds, max_stale_seconds, cooldown_seconds, tuple(map(str, algorithms)))


def url_fault(url: str) -> str | None:
    """What is wrong with ``url``, and what to write instead; ``None`` if keys may be read from it."""
    found = _URL.fullmatch(url)
    if found and found["host"].lower().rpartition(".")[2] != "localhost" and 0 < int(found["port"] or 443) < 65536:
        return None
    return (
        f"must be an https URL with a host name, such as https://auth.example.com/.well-known/jwks.json, and is {url!r}"
    )
