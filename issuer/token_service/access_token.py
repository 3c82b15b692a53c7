"""Access tokens in the profile of RFC 9068: their claims, and the largest that a configuration allows."""

import json
import os
from collections.abc import Mapping

from .grant import Grant

TYPE = "at+jwt"
"""``typ`` of the tokens (RFC 9068 section 2.1)."""

MAX_SIGNED_BYTES = 4096
"""KMS signs no longer message with EdDSA, and with ML-DSA only if it may also read the key. Beside it, authorizers and API
Gateway limit the length of tokens."""

LONGEST_CONFIRMATION = {"x5t#S256": "0" * 43}
"""As long as every ``cnf``."""

_LONGEST_HEADER = {"alg": "ML-DSA-87", "kid": "mrk-" + "0" * 32, "typ": TYPE}


def token_id() -> str:
    """A ``jti`` that nobody can guess."""
    return os.urandom(16).hex()


def access_token_claims(
    issuer: str, grant: Grant, jti: str, now: int, confirmation: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The claims of a token issued at ``now``, in seconds since the epoch (RFC 9068 section 2.2).

    ``sub`` is the client, which acts for itself. A single audience is a string, as in most tokens. ``confirmation`` is the
    certificate that the token is bound to, as the claim ``cnf`` (RFC 8705 section 3.1).
    """
    client_id = grant.client.client_id
    return {
        "iss": issuer,
        "aud": grant.audiences[0] if len(grant.audiences) == 1 else list(grant.audiences),
        "sub": client_id,
        "client_id": client_id,
        "scope": " ".join(grant.scopes),
        "iat": now,
        "exp": now + grant.client.lifetime_seconds,
        "jti": jti,
        **({"cnf": confirmation} if confirmation else {}),
    }


def signed_bytes(claims: Mapping[str, object]) -> int:
    """How long the message is that KMS signs for ``claims``, at most."""
    return _encoded_bytes(_LONGEST_HEADER) + 1 + _encoded_bytes(claims)


def _encoded_bytes(members: Mapping[str, object]) -> int:
    return -(-len(json.dumps(members, separators=(",", ":"))) * 4 // 3)  # base64url without padding
