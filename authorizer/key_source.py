"""Where the trusted keys come from: pinned in the package, or read from KMS at run time."""

from collections.abc import Mapping
from typing import Protocol

from .verifier import Verifier


class KeySource(Protocol):
    """Has the trusted keys of the moment, in the form of a verifier."""

    def verifier(self) -> Verifier:
        """The verifier to use now. Raises ``Denied`` with KEYS_UNAVAILABLE if no key can be trusted any longer."""


class PinnedKeys:
    """Keys that travel in ``config.json``: one verifier for good, and no network."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._verifier = Verifier(document)

    def verifier(self) -> Verifier:
        return self._verifier


def key_source(document: Mapping[str, object]) -> KeySource:
    """The source that the configuration asks for: pinned ``keys``, or ``kms``. Raises ``ConfigError``."""
    if "kms" not in document:
        return PinnedKeys(document)
    # Imported only here: boto3 costs a multiple of all other imports together.
    from .kms.keys import KmsKeys, kms_client

    return KmsKeys(document, kms_client())
