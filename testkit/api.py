"""A caller of a deployed API: mints tokens with KMS and sends requests over HTTP."""

import time
from typing import Any

from emulator.web import Answer, fetch
from issuer import KmsSigner


class Api:
    """One API of the stack ``local`` of this repository's program, by the stack's outputs."""

    def __init__(self, outputs: dict[str, Any], name: str, kms: Any) -> None:
        self.outputs = outputs
        self.endpoint = outputs["apis"][name]["endpoint"]
        self.signer = KmsSigner(outputs["key_alias"], kms)

    def token(self, *, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token that the API accepts, with ``changes`` to its claims; ``None`` removes a claim."""
        claims = {**good_claims(), **changes}
        return self.signer.sign({name: value for name, value in claims.items() if value is not None}, headers)

    def call(self, method: str, path: str, authorization: str | None = None) -> Answer:
        """Send a request; ``authorization`` is the whole header."""
        headers = {} if authorization is None else {"Authorization": authorization}
        return fetch(self.endpoint + path, headers, method=method)


def good_claims() -> dict[str, Any]:
    """The claims of a token that the API ``orders`` of the stack ``local`` accepts, for ten minutes."""
    now = int(time.time())
    return {
        "iss": "https://auth.local.example.com",
        "aud": "orders",
        "sub": "alice",
        "scope": "orders:read",
        "iat": now,
        "exp": now + 600,
    }


def bearer(token: str | None) -> dict[str, str]:
    """The header that presents ``token`` (RFC 6750 section 2.1)."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}
