"""Issuing tokens that AWS KMS signs, with ``KmsSigner``."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from .kms_key import SigningKey
    from .signer import KmsSigner
    from .signing_key import KmsAlgorithm
else:

    def __getattr__(name: str) -> object:
        """Import a public name once it is used: a deployment reads the token service's contract without boto3 and PyJWT."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = {"KmsSigner": "signer", "SigningKey": "kms_key", "KmsAlgorithm": "signing_key"}.get(name, "errors")
        return getattr(import_module(f".{module}", __name__), name)


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
