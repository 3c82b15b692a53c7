"""JSON and base64url as a sender would write them."""

import base64
import json


def base64url(octets: bytes) -> str:
    """Without padding, as in RFC 7515 section 2."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def from_base64url(segment: str) -> bytes:
    """Of a segment known to be good."""
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def compact_json(value: object) -> bytes:
    """Without white space, as issuers write it."""
    return json.dumps(value, separators=(",", ":")).encode()
