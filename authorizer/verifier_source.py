"""Where the verifier of the moment comes from: keys pinned in the package, or keys read from KMS at run time."""

from collections.abc import Mapping
from typing import Protocol

from .verifier import Verifier


class VerifierSource(Protocol):
    """Hands out the verifier to use now."""

    def current(self) -> Verifier:
        """The verifier. Raises ``Denied`` with KEYS_UNAVAILABLE if no key can be trusted any longer."""


class PinnedKeys:
    """Keys that travel in ``config.json``: one verifier for good, and no network."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._verifier = Verifier(document)

    def current(self) -> Verifier:
        return self._verifier


def verifier_source(document: Mapping[str, object]) -> VerifierSource:
    """The source that the configuration asks for: pinned ``keys``, or ``kms``. Raises ``ConfigError``."""
    if "kms" not in document:
        return PinnedKeys(document)
    # Imported only here: boto3 costs a multiple of all other imports together.
    from .kms.keys import KmsKeys, kms_client

    return KmsKeys(document, kms_client())
