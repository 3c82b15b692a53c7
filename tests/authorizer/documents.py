"""Configurations, as ``config.json`` holds them."""

from testkit.signers import Signer
from testkit.tokens import AUDIENCE, ISSUER


def document(*signers: Signer, **changes: object) -> dict[str, object]:
    """The smallest configuration that trusts ``signers``, with ``changes``."""
    return {
        "version": 1,
        "keys": [signer.jwk for signer in signers],
        "issuers": [ISSUER],
        "audiences": [AUDIENCE],
        **changes,
    }
