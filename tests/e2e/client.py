"""A caller of a deployed API: mints tokens with KMS and sends requests over HTTP."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from issuer import KmsSigner


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    body: Any


class Api:
    """One API of the deployed stack, by the stack's outputs."""

    def __init__(self, outputs: dict[str, Any], name: str, kms: Any) -> None:
        self.outputs = outputs
        self.endpoint = outputs["apis"][name]["endpoint"]
        self.signer = KmsSigner(outputs["key_alias"], kms)

    def token(self, *, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token that the stack ``local`` lets in, with ``changes`` to its claims; ``None`` takes a claim out."""
        now = int(time.time())
        claims = {
            "iss": "https://auth.local.example.com",
            "aud": "orders",
            "sub": "alice",
            "scope": "orders:read",
            "iat": now,
            "exp": now + 600,
            **changes,
        }
        return self.signer.sign({name: value for name, value in claims.items() if value is not None}, headers)

    def call(self, method: str, path: str, authorization: str | None = None) -> Response:
        """Send a request; ``authorization`` is the whole header."""
        request = urllib.request.Request(self.endpoint + path, method=method)  # noqa: S310 - the emulator's own URL
        if authorization is not None:
            request.add_header("Authorization", authorization)
        try:
            with DIRECT.open(request, timeout=30) as response:
                return Response(response.status, json.load(response))
        except urllib.error.HTTPError as error:
            with error:
                return Response(error.code, json.load(error))


DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is reached without the proxy that the environment may name."""
