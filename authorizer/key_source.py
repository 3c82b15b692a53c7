"""Where the trusted keys come from: pinned in the package, or read from KMS at run time."""

from collections.abc import Mapping
from typing import Protocol

from .verifier import Verifier


class KeySource(Protocol):
    """Provides a verifier with the keys that are trusted at present."""

    def verifier(self) -> Verifier:
        """The verifier to use now. Raises ``Denied`` with KEYS_UNAVAILABLE if no key can be trusted any longer."""


class PinnedKeys:
    """The keys in ``config.json``: always the same verifier, and no network access."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._verifier = Verifier(document)

    def verifier(self) -> Verifier:
        return self._verifier


def key_source(document: Mapping[str, object]) -> KeySource:
    """The key source that the configuration selects: pinned ``keys``, or ``kms``. Raises ``ConfigError``."""
    if "kms" not in document:
        return PinnedKeys(document)
    # Imported only here: importing boto3 takes several times as long as all other imports together.
    from .kms.keys import KmsKeys, kms_client

    return KmsKeys(document, kms_client())
