"""What the token service uses of the authorizer where AWS roles are clients, and only there: keys that are read at run time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer":
    from authorizer.runtime_keys.issuer_keys import IssuerKeys
    from authorizer.runtime_keys.settings import (
        DEFAULT_COOLDOWN_SECONDS,
        DEFAULT_MAX_STALE_SECONDS,
        DEFAULT_REFRESH_SECONDS,
        MAX_ISSUERS,
        JwksUrl,
        url_fault,
    )
    from authorizer.verifier import Verifier
else:
    from ..authorizer.runtime_keys.issuer_keys import IssuerKeys
    from ..authorizer.runtime_keys.settings import (
        DEFAULT_COOLDOWN_SECONDS,
        DEFAULT_MAX_STALE_SECONDS,
        DEFAULT_REFRESH_SECONDS,
        MAX_ISSUERS,
        JwksUrl,
        url_fault,
    )
    from ..authorizer.verifier import Verifier

__all__ = [
    "DEFAULT_COOLDOWN_SECONDS",
    "DEFAULT_MAX_STALE_SECONDS",
    "DEFAULT_REFRESH_SECONDS",
    "MAX_ISSUERS",
    "IssuerKeys",
    "JwksUrl",
    "Verifier",
    "url_fault",
]
