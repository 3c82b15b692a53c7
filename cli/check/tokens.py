"""The tokens of a check that KMS signs: good ones, and those of which one claim is wrong."""

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from ..packages.issuer import KmsSigner

Claims = Mapping[str, Any]

SECONDS = 300
"""Lifetime of a token."""

ELSEWHERE = "https://elsewhere.kms-jwt-check.invalid"
"""An issuer and an audience that nobody has (RFC 2606 section 2)."""

SUBJECT = "kms-jwt-check"


class Tokens:
    """Makes tokens for the API that accepts ``issuer`` and ``audience``; ``claims`` are what else it requires, ``typ`` is the
    type that it accepts, ``seconds`` the longest lifetime."""

    def __init__(
        self,
        signer: KmsSigner,
        issuer: str,
        audience: str,
        claims: Claims,
        typ: str = "JWT",
        seconds: int | None = None,
    ) -> None:
        self._signer = signer
        self._typ = typ
        self.key = signer.signing_key()
        self._good = {"iss": issuer, "aud": audience, "sub": SUBJECT, **claims}
        self._seconds = min(SECONDS, seconds or SECONDS)

    @property
    def header(self) -> dict[str, Any]:
        """Of a good token."""
        return {"alg": self.key.alg, **({"typ": self._typ} if self._typ else {}), "kid": self.key.kid}

    def claims(self, scopes: Iterable[str] = (), **changes: object) -> dict[str, Any]:
        """Of a good token, with ``changes``; ``None`` leaves a claim out."""
        now = int(time.time())
        scope = {"scope": " ".join(scopes)} if scopes else {}
        dates = {"iat": now, "exp": now + self._seconds, "jti": str(uuid.uuid4())}
        claims = {**dates, **self._good, **scope, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def good(self, scopes: Iterable[str] = (), **changes: object) -> str:
        """Signed by KMS. No two are the same, so that none is in a cache."""
        return self.of_type(self._typ, scopes, **changes)

    def of_type(self, typ: str, scopes: Iterable[str], **changes: object) -> str:
        """Like ``good``, with another ``typ`` (RFC 8725 section 3.11)."""
        return self._signer.sign(self.claims(scopes, **changes), {"typ": typ})
