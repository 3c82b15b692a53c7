"""Signing keys in KMS; importing it imports boto3."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "cli.packages":
    from issuer.algorithms import ALGORITHMS
    from issuer.errors import IssuerError, KeyNotFound, KeyUnusable
    from issuer.jwk import public_jwk
    from issuer.signer import KmsSigner, kms_client
    from issuer.signing_key import SigningKey, read_public_key, resolve_signing_key
else:
    from ...issuer.algorithms import ALGORITHMS
    from ...issuer.errors import IssuerError, KeyNotFound, KeyUnusable
    from ...issuer.jwk import public_jwk
    from ...issuer.signer import KmsSigner, kms_client
    from ...issuer.signing_key import SigningKey, read_public_key, resolve_signing_key

__all__ = [
    "ALGORITHMS",
    "IssuerError",
    "KeyNotFound",
    "KeyUnusable",
    "KmsSigner",
    "SigningKey",
    "kms_client",
    "public_jwk",
    "read_public_key",
    "resolve_signing_key",
]
