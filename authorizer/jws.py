"""Parsing a JWS in compact serialization (RFC 7515 sections 3.1 and 5.2). Nothing in it is trusted yet."""

from functools import lru_cache

from . import base64url, strict_json
from .denial import Denied, Reason
from .record import Record

_FORBIDDEN_HEADERS = frozenset(
    {
        "jwk",  # a key that the sender supplies (RFC 7515 section 4.1.3; CVE-2018-0114)
        "jku",  # a key to fetch (4.1.2)
        "x5u",  # a certificate to fetch (4.1.5)
        "x5c",  # a certificate that the sender supplies (4.1.6)
        "crit",  # extensions that must be understood (4.1.11): none is supported
        "b64",  # an unencoded payload (RFC 7797), which a JWT must not have
        "cty",  # a nested JWT (RFC 7519 section 5.2)
        "zip",  # compression (RFC 7516 section 4.1.3)
        "enc",  # encryption (4.1.2)
    }
)

_THUMBPRINTS = ("x5t", "x5t#S256")
"""Certificate thumbprints (RFC 7515 sections 4.1.7 and 4.1.8). Some issuers send them: ignored, but they must be strings."""


class Jws(Record):
    """The parts of a token, as its sender wrote them."""

    __slots__ = ("alg", "kid", "payload", "signature", "signing_input", "typ")

    def __init__(
        self, kid: str | None, alg: str, typ: str, signing_input: bytes, payload: bytes, signature: bytes
    ) -> None:
        self.kid = kid
        self.alg = alg
        self.typ = typ
        """Normalised by ``media_type``; empty if there is none."""
        self.signing_input = signing_input
        """The JWS Signing Input: header and payload segments with the dot between them."""
        self.payload = payload
        """The octets of the payload, which is parsed only once the signature has been verified."""
        self.signature = signature


def parse(token: bytes) -> Jws:
    """Split and decode ``token``, whose size the caller has checked. Raises ``Denied``: MALFORMED_TOKEN, FORBIDDEN_HEADER."""
    # Counted, not split: thousands of dots must not become thousands of strings (CVE-2025-30204).
    if token.count(b".") != 2:
        raise Denied(Reason.MALFORMED_TOKEN)
    signing_input, _, signature_segment = token.rpartition(b".")
    header_segment, _, payload_segment = signing_input.partition(b".")
    try:
        payload = base64url.decode(payload_segment)
        signature = base64url.decode(signature_segment)
    except ValueError:
        raise Denied(Reason.MALFORMED_TOKEN) from None
    header = _read_header(header_segment)
    return Jws(header.kid, header.alg, header.typ, signing_input, payload, signature)


class _Header(Record):
    __slots__ = ("alg", "kid", "typ")

    def __init__(self, kid: str | None, alg: str, typ: str) -> None:
        self.kid = kid
        self.alg = alg
        self.typ = typ


@lru_cache(maxsize=64)  # the tokens of one key share their header; exceptions are not cached
def _read_header(segment: bytes) -> _Header:
    try:
        header = strict_json.loads(base64url.decode(segment))
    except ValueError:
        raise Denied(Reason.MALFORMED_TOKEN) from None
    kid, alg, typ = header.get("kid"), header.get("alg"), header.get("typ", "")
    if not isinstance(alg, str) or not isinstance(typ, str) or not isinstance(kid, str | None):
        raise Denied(Reason.MALFORMED_TOKEN)
    if not all(isinstance(header.get(name, ""), str) for name in _THUMBPRINTS):
        raise Denied(Reason.MALFORMED_TOKEN)
    if not _FORBIDDEN_HEADERS.isdisjoint(header):
        raise Denied(Reason.FORBIDDEN_HEADER)
    return _Header(kid, alg, media_type(typ))


def media_type(typ: str) -> str:
    """``typ`` normalised for comparison: case is ignored, and ``application/`` is optional (RFC 7515 section 4.1.9)."""
    if not typ.isascii():
        return typ  # lower() would turn the Kelvin sign into a "k"
    return typ.lower().removeprefix("application/") or typ  # "application/" alone is not the absence of a type
