"""Other issuers whose tokens are trusted, such as during a migration or of another organization. Their keys are pinned, too."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from ..contract import ALGORITHMS
from ..validation import Faults


class TrustedIssuerArgs(TypedDict):
    """Another issuer whose tokens are accepted, in addition to `issuer`. Its keys are trusted for its own tokens only."""

    issuer: pulumi.Input[str]
    """The `iss` value of its tokens, compared exactly."""
    audience: Sequence[pulumi.Input[str]]
    """The audience values accepted in its tokens, compared exactly; one match suffices."""
    jwks: pulumi.Input[str]
    """Its JSON Web Key Set (RFC 7517), as JSON. Keys that the authorizer cannot use, such as those for encryption, are ignored
    with a warning; at least one must remain."""
    algorithms: NotRequired[list[str]]
    """The JOSE algorithms that its keys may have; keys with others are ignored. A key without `alg` gets the only listed one
    that its type and curve support. Default: all algorithms that the authorizer supports."""
    audience_claim: NotRequired[str]
    """The claim that contains the audience, if not `aud`: "client_id" for access tokens of Amazon Cognito."""


def algorithms_of(trusted_issuer: TrustedIssuerArgs) -> Sequence[str]:
    """The JOSE algorithms that its keys may have."""
    return trusted_issuer.get("algorithms", ALGORITHMS)


def check_algorithms(trusted_issuer: TrustedIssuerArgs, faults: Faults) -> bool:
    """Whether ``algorithms`` is valid; algorithms that the authorizer does not support are recorded in ``faults``."""
    if trusted_issuer.get("algorithms") == []:
        faults.add("must not be empty: omit it to allow all algorithms")
    unknown = [place for place, algorithm in enumerate(algorithms_of(trusted_issuer)) if algorithm not in ALGORITHMS]
    for place in unknown:
        faults.below(place).add(
            f"must be one of {', '.join(ALGORITHMS)}, and is {algorithms_of(trusted_issuer)[place]!r}"
        )
    return bool(algorithms_of(trusted_issuer)) and not unknown
