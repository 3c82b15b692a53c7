"""The tokens of a check that KMS has not signed (RFC 8725 section 2)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from jwt.algorithms import get_default_algorithms
from jwt.utils import base64url_encode

from ..packages.issuer import public_jwk
from .tokens import Tokens

UNKNOWN_KID = "kms-jwt-check"

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


class Forgeries:
    """What somebody without the key can make of good tokens, for a route that requires ``scopes``."""

    def __init__(self, tokens: Tokens, scopes: tuple[str, ...]) -> None:
        self._tokens = tokens
        self._scopes = scopes

    def tampered(self) -> str:
        """Another subject, and the signature of a good token."""
        header, payload, signature = self._tokens.good(self._scopes).split(".")
        claims = {**self._tokens.claims(self._scopes), "sub": "mallory"}
        return f"{header}.{_encoded(claims)}.{signature}" if payload else ""

    def of_another_key(self, kid: str, embedded: bool = False) -> str:
        """Signed by a key that is made here, and said to be ``kid``. ``embedded``: with the public key in the token's header
        (RFC 7515 section 4.1.3)."""
        alg = self._tokens.key.alg
        key = _OTHER_KEYS.get(alg, _rsa)()
        der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        jwk = {"jwk": public_jwk(der, self._tokens.key)} if embedded else {}
        unsigned = self._unsigned({"kid": kid, **jwk})
        algorithm = get_default_algorithms().get(alg)
        message = unsigned.encode()
        signature = key.sign(message) if algorithm is None else algorithm.sign(message, key)  # PyJWT has no ML-DSA
        return f"{unsigned}.{_base64url(signature)}"

    def by_public_key(self, der: bytes) -> str:
        """HS256 with our public key as the secret (RFC 8725 section 2.1)."""
        pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        unsigned = self._unsigned({"alg": "HS256"})
        return f"{unsigned}.{_base64url(hmac.new(pem, unsigned.encode(), hashlib.sha256).digest())}"

    def unsigned(self) -> str:
        """``alg: none`` (RFC 7519 section 6)."""
        return f"{self._unsigned({'alg': 'none'})}."

    def _unsigned(self, changes: Mapping[str, Any]) -> str:
        header = {**self._tokens.header, **changes}
        return f"{_encoded(header)}.{_encoded(self._tokens.claims(self._scopes))}"


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _encoded(value: object) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(octets: bytes) -> str:
    return base64url_encode(octets).decode()
