"""What the token service uses of the authorizer where clients authenticate with assertions, and only there: verifying JWTs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer":
    from authorizer.claims import CLOCK_TOLERANCE_SECONDS, ClaimRules, Claims, check_claims
    from authorizer.denial import Denied, UnknownKeyId
    from authorizer.denial import Reason as Denial
    from authorizer.jws import Jws
    from authorizer.jws import parse as parse_jws
    from authorizer.signature_cache import token_digest as sha256
else:
    from ..authorizer.claims import CLOCK_TOLERANCE_SECONDS, ClaimRules, Claims, check_claims
    from ..authorizer.denial import Denied, UnknownKeyId
    from ..authorizer.denial import Reason as Denial
    from ..authorizer.jws import Jws
    from ..authorizer.jws import parse as parse_jws
    from ..authorizer.signature_cache import token_digest as sha256

__all__ = [
    "CLOCK_TOLERANCE_SECONDS",
    "ClaimRules",
    "Claims",
    "Denial",
    "Denied",
    "Jws",
    "UnknownKeyId",
    "check_claims",
    "parse_jws",
    "sha256",
]
