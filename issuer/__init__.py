"""Issuing tokens that AWS KMS signs, with ``KmsSigner``."""

from .errors import (
    InvalidToken,
    IssuerError,
    KeyNotFound,
    KeyUnusable,
    KmsUnreachable,
    MessageTooLong,
    SigningDenied,
    Throttled,
)
from .signer import KmsSigner
from .signing_key import KmsAlgorithm, SigningKey

__all__ = [
    "InvalidToken",
    "IssuerError",
    "KeyNotFound",
    "KeyUnusable",
    "KmsAlgorithm",
    "KmsSigner",
    "KmsUnreachable",
    "MessageTooLong",
    "SigningDenied",
    "SigningKey",
    "Throttled",
]
