"""Web pages of others: a browser lets any page that one looks at send requests to this machine's own addresses.

Everybody knows the credentials of the emulated AWS, and its functions are processes of the user: such a page could run programs
here. So browsers are told apart, by what they say of the page (Fetch Standard, sections 3.2 and 3.7), and so is a foreign name
that has come to mean this machine ("DNS rebinding"). HTTP APIs are not concerned: they answer whoever asks, as on AWS.
"""

import ipaddress
import urllib.parse
from collections.abc import Mapping

from .refusal import Refusal

_HERE = ("localhost", "127.0.0.1", "::1")
_NOBODY_ELSES = (".amazonaws.com", ".internal")
"""Below these no foreign page has its name: AWS's own; and those of private networks, such as ``host.docker.internal``."""


def refusal(fields: Mapping[bytes, str]) -> Refusal | None:
    """What a request with these header fields to a service of AWS is told; ``None`` if no foreign page has sent it."""
    host, origin = _hostname(f"//{fields.get(b'host', '')}"), fields.get(b"origin")
    if host and not _is_here(host) and not host.endswith(_NOBODY_ELSES) and not _is_address(host):
        return _refused(f"the host {host}")
    if origin is not None:
        return None if _is_here(_hostname(origin)) else _refused(f"the origin {origin}")
    return _refused("another site") if fields.get(b"sec-fetch-site") == "cross-site" else None


def _is_here(host: str) -> bool:
    return host in _HERE or host.endswith(".localhost")


def _is_address(host: str) -> bool:
    """Which means the same machine for everybody, unlike a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _hostname(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        return "invalid"


def _refused(page: str) -> Refusal:
    message = (
        f"Forbidden: the emulated AWS is for programs and pages of this machine, not of {page}: see docs/emulator.md."
    )
    return Refusal(403, message, "ACCESS_DENIED")
