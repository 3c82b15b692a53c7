"""Building tokens: good ones, and any malformed one."""

from collections.abc import Mapping

from .encoding import base64url, compact_json
from .signers import Signer

NOW = 1_800_000_000
"""The present of the tests, in seconds since the epoch."""

ISSUER = "https://auth.example.com"
AUDIENCE = "orders"

ABSENT = object()
"""As the value of a member: leave it out."""


def header(signer: Signer, **changes: object) -> dict[str, object]:
    """The header of a good token, with ``changes``."""
    return _changed({"alg": signer.alg, "typ": "JWT", "kid": signer.kid}, changes)


def claims(**changes: object) -> dict[str, object]:
    """The claims of a good token, with ``changes``."""
    good: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-1",
        "iat": NOW - 60,
        "nbf": NOW - 60,
        "exp": NOW + 600,
        "jti": "8f14e45f",
        "scope": "orders:read orders:write",
    }
    return _changed(good, changes)


def signing_input(token_header: Mapping[str, object] | bytes, payload: Mapping[str, object] | bytes) -> str:
    """Header and payload, encoded; bytes are taken as they are."""
    return f"{_segment(token_header)}.{_segment(payload)}"


def token(
    signer: Signer,
    payload: Mapping[str, object] | bytes | None = None,
    token_header: Mapping[str, object] | bytes | None = None,
) -> str:
    """A token that ``signer`` has signed, whatever is in it; a good one by default."""
    unsigned = signing_input(
        header(signer) if token_header is None else token_header, claims() if payload is None else payload
    )
    return sign(signer, unsigned)


def sign(signer: Signer, unsigned: str) -> str:
    """``unsigned``, header and payload as text, with the signature of ``signer``."""
    return f"{unsigned}.{base64url(signer.sign(unsigned.encode()))}"


def _segment(content: Mapping[str, object] | bytes) -> str:
    return base64url(content if isinstance(content, bytes) else compact_json(content))


def _changed(members: dict[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**members, **changes}.items() if value is not ABSENT}
