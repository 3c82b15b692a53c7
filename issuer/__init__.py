"""Issuing tokens that AWS KMS signs, with ``KmsSigner``."""

from .errors import IssuerError
from .signer import KmsSigner
from .signing_key import KmsAlgorithm, SigningKey

__all__ = ["IssuerError", "KmsAlgorithm", "KmsSigner", "SigningKey"]
