"""Where the trusted keys come from: pinned in the package, or also read at run time, from KMS or from other issuers' URLs.

What reads keys at run time also reads the denylist, with pinned keys as well.
"""

from collections.abc import Mapping

from .config import Config
from .verifier import Verifier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class KeySource(Protocol):
        """Provides a verifier with the keys that are trusted at present."""

        config: Config
        """The configuration."""

        def verifier(self, context: object = None) -> Verifier:
            """The verifier for an invocation with Lambda's ``context``.

            Raises ``Denied`` with KEYS_UNAVAILABLE if no key can be trusted any longer.
            """

        def unknown_key(self) -> None:
            """The token of this invocation has a ``kid`` that no trusted key has."""


class PinnedKeys:
    """The keys in ``config.json``: always the same verifier, and no network access."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._verifier = Verifier(document)
        self.config = self._verifier.config

    def verifier(self, context: object = None) -> Verifier:
        return self._verifier

    def unknown_key(self) -> None:
        """There is nothing to look for."""


def key_source(document: Mapping[str, object]) -> "KeySource":
    """The key source that the configuration selects: ``PinnedKeys``, unless it has ``kms``, a ``jwks_url`` or a ``denylist``.

    Raises ``ConfigError``.
    """
    if "kms" in document:
        # Imported only here: importing boto3 takes several times as long as all other imports together.
        from .kms.client import kms_client
        from .runtime_keys.refresher import RuntimeKeys

        return RuntimeKeys(document, kms_client())
    trusted_issuers = document.get("trusted_issuers")
    by_url = isinstance(trusted_issuers, list) and any(
        "jwks_url" in entry for entry in trusted_issuers if isinstance(entry, dict)
    )
    if by_url or "denylist" in document:
        from .runtime_keys.refresher import RuntimeKeys

        return RuntimeKeys(document)
    return PinnedKeys(document)
