"""What all providers have: keys with the members that they publish, and tokens signed with them."""

import base64
import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from ..encoding import base64url
from ..signers import Signer, signer
from ..tokens import token

DIRECT = "direct"
"""The name of the token that each provider has for its everyday use: an access token, or its only kind of token."""

ADMIN = "admin"
"""The name of the token with a scope, role or tag for more than the API concedes to the provider."""


@dataclass(frozen=True)
class Provider:
    """One tenant of a provider."""

    name: str
    """Its ``name`` in ``docs/issuers.md``."""
    issuer: str
    """The ``issuer`` of its discovery document."""
    jwks_uri: str
    """Where its discovery document says that the keys are."""
    jwks: Mapping[str, list[dict[str, object]]]
    """What is there."""
    tokens: Mapping[str, str]
    """What the token is -> the token. Each has ``DIRECT`` and ``ADMIN``."""


def key(alg: str, name: str, kid: str) -> Signer:
    """The provider's key pair called ``name``, which it publishes as ``kid``."""
    made = signer(alg, name)
    return replace(made, kid=kid, jwk={**made.jwk, "kid": kid})


def public(key: Signer, members: Mapping[str, object] | None = None, *, alg: bool = True) -> dict[str, object]:
    """The key as it is published: for signatures, and with ``members``; ``alg`` says whether it has the member ``alg``."""
    jwk = {**key.jwk, "use": "sig", **(members or {})}
    return jwk if alg else {name: value for name, value in jwk.items() if name != "alg"}


def spare(name: str, kid: str, **members: object) -> dict[str, object]:
    """A published RSA key that signs nothing here: the next one, the previous one, or one for encryption.

    Nobody has its private half: ``n`` is any number of the right size.
    """
    octets = b"".join(hashlib.sha512(f"{name}/{part}".encode()).digest() for part in range(4))
    modulus = bytes([octets[0] | 0x80]) + octets[1:-1] + bytes([octets[-1] | 1])
    return {"kty": "RSA", "e": "AQAB", "n": base64url(modulus), "kid": kid, "use": "sig", **members}


def certificate(key: Signer, common_name: str) -> bytes:
    """A self-signed certificate of an RSA key (DER)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).serial_number(1)
    builder = builder.not_valid_before(start).not_valid_after(start.replace(year=2036))
    signed = builder.public_key(key.private_key.public_key()).sign(key.private_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def certified(key: Signer, common_name: str) -> dict[str, object]:
    """The members ``x5c`` and ``x5t`` of a key (RFC 7517 sections 4.7 and 4.8)."""
    der = certificate(key, common_name)
    thumbprint = hashlib.sha1(der, usedforsecurity=False).digest()
    return {"x5c": [base64.b64encode(der).decode("ascii")], "x5t": base64url(thumbprint)}


def sealed(key: Signer, claims: Mapping[str, object], *, typ: str | None, **header: object) -> str:
    """``claims``, signed by ``key``; ``typ`` is what the provider writes into the header, if anything."""
    kind = {} if typ is None else {"typ": typ}
    return token(key, claims, {"alg": key.alg, "kid": key.kid, **kind, **header})
