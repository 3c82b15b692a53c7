"""The emulator's KMS, as the issuer's tests have it."""

from tests.issuer.conftest import emulated, kms

__all__ = ["emulated", "kms"]
