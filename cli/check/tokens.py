"""The tokens of a check: good ones, signed by KMS, and each kind of bad one."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from jwt.algorithms import get_default_algorithms
from jwt.utils import base64url_encode

from ..packages.issuer import KmsSigner

Claims = Mapping[str, Any]

SECONDS = 300
"""Lifetime of a token."""

ELSEWHERE = "https://elsewhere.kms-jwt-check.invalid"
"""An issuer and an audience that nobody has (RFC 2606 section 2)."""

_OTHER_KEYS: dict[str, Callable[[], Any]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ES256K": lambda: ec.generate_private_key(ec.SECP256K1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "ML-DSA-44": mldsa.MLDSA44PrivateKey.generate,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey.generate,
    "ML-DSA-87": mldsa.MLDSA87PrivateKey.generate,
}
"""By algorithm; that of the others is RSA."""


class Tokens:
    """Makes tokens for the API that accepts ``issuer`` and ``audience``; ``claims`` are what else it requires."""

    def __init__(self, signer: KmsSigner, issuer: str, audience: str, claims: Claims) -> None:
        self._signer = signer
        self._key = signer.signing_key()
        self._good = {"iss": issuer, "aud": audience, "sub": "kms-jwt-check", **claims}

    @property
    def kid(self) -> str:
        """The id of the signing key."""
        return self._key.kid

    def claims(self, scopes: Iterable[str] = (), **changes: object) -> dict[str, Any]:
        """Of a good token, with ``changes``."""
        now = int(time.time())
        scope = {"scope": " ".join(scopes)} if scopes else {}
        dates = {"iat": now, "exp": now + SECONDS, "jti": str(uuid.uuid4())}
        return {**dates, **self._good, **scope, **changes}

    def good(self, scopes: Iterable[str] = (), **changes: object) -> str:
        """Signed by KMS. No two are the same, so that none is in a cache."""
        return self._signer.sign(self.claims(scopes, **changes))

    def tampered(self, scopes: Iterable[str]) -> str:
        """Another subject, and the signature of a good token."""
        claims = self.claims(scopes)
        header, _, signature = self._signer.sign(claims).split(".")
        return f"{header}.{_encoded({**claims, 'sub': 'mallory'})}.{signature}"

    def of_another_key(self, scopes: Iterable[str], kid: str) -> str:
        """Signed by a key that is made here, and said to be ``kid``."""
        header = {"alg": self._key.alg, "typ": "JWT", "kid": kid}
        unsigned = f"{_encoded(header)}.{_encoded(self.claims(scopes))}"
        return f"{unsigned}.{_base64url(_signature(self._key.alg, unsigned.encode()))}"

    def unsigned(self, scopes: Iterable[str]) -> str:
        """``alg: none`` (RFC 7519 section 6)."""
        return f"{_encoded({'alg': 'none', 'typ': 'JWT', 'kid': self.kid})}.{_encoded(self.claims(scopes))}."


def _signature(alg: str, message: bytes) -> bytes:
    key = _OTHER_KEYS.get(alg, lambda: rsa.generate_private_key(65537, 2048))()
    algorithm = get_default_algorithms().get(alg)
    return bytes(key.sign(message) if algorithm is None else algorithm.sign(message, key))  # PyJWT has no ML-DSA


def _encoded(value: object) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(octets: bytes) -> str:
    return base64url_encode(octets).decode()
