"""Other issuers whose tokens are trusted: during a migration, or a partner's. Their keys are pinned, too."""

import json
from typing import Any, NotRequired, TypedDict

import pulumi

from .algorithms import ALGORITHMS
from .validation import Faults


class TrustedIssuerArgs(TypedDict):
    """Another issuer whose tokens are taken, besides those of `issuer`. Its keys vouch for its own tokens only."""

    issuer: pulumi.Input[str]
    """The exact value of its tokens' `iss` claim."""
    audience: list[pulumi.Input[str]]
    """The values of the audience that are taken from it, exactly; one of them is enough."""
    jwks: pulumi.Input[str]
    """Its JSON Web Key Set (RFC 7517), as JSON. Keys for encryption are left out."""
    algorithms: NotRequired[list[str]]
    """The JOSE algorithms that its keys may have; keys of others are left out. A key that states none gets the only one
    listed. Default: any that the authorizer knows."""
    audience_claim: NotRequired[str]
    """The claim that names the audience, if it is not `aud`: "client_id" for access tokens of Amazon Cognito."""


def trusted_issuer(partner: TrustedIssuerArgs) -> dict[str, object]:
    """``partner`` as ``config.json`` has it."""
    algorithms = partner.get("algorithms", [*ALGORITHMS])
    keys = pulumi.Output.from_input(partner["jwks"]).apply(lambda jwks: usable_keys(jwks, algorithms))
    entry: dict[str, object] = {"issuer": partner["issuer"], "audiences": partner["audience"], "keys": keys}
    if "audience_claim" in partner:
        entry["audience_claim"] = partner["audience_claim"]
    return entry


def usable_keys(jwks: str, algorithms: list[str]) -> list[dict[str, Any]]:
    """The keys of a JWKS that verify signatures with one of ``algorithms``."""
    only = {"alg": algorithms[0]} if len(algorithms) == 1 else {}
    keys = [{**only, **key} for key in json.loads(jwks)["keys"] if key.get("use", "sig") == "sig"]
    return [key for key in keys if key.get("alg") in algorithms]


def check_trusted_issuers(partners: list[TrustedIssuerArgs], faults: Faults) -> None:
    """Note in ``faults`` what the authorizer would refuse at init, as far as it is known already."""
    for index, partner in enumerate(partners):
        below = faults.below(index)
        if partner.get("issuer") == "":
            below.below("issuer").add("must not be empty: write the `iss` of its tokens")
        if partner.get("audience") == [] or "" in partner.get("audience", []):
            below.below("audience").add(
                "must not be empty: write the audience of its tokens that are meant for this API"
            )
        for place, algorithm in enumerate(partner.get("algorithms", ["ES512"])):
            if algorithm not in ALGORITHMS:
                choice = ", ".join(ALGORITHMS)
                below.below("algorithms", place).add(f"must be one of {choice}, and is {algorithm!r}")
        if partner.get("algorithms") == []:
            below.below("algorithms").add("must not be empty: leave it out for any algorithm")
        jwks = partner.get("jwks")
        if isinstance(jwks, str):
            _check_jwks(jwks, partner.get("algorithms", [*ALGORITHMS]), below.below("jwks"))


def _check_jwks(jwks: str, algorithms: list[str], faults: Faults) -> None:
    try:
        keys = usable_keys(jwks, algorithms)
    except (ValueError, KeyError, TypeError, AttributeError):
        faults.add('must be the JSON of a JWKS, {"keys": [...]}')
        return
    if not keys:
        faults.add(f"has no key for {' or '.join(algorithms)}: write the one algorithm of its keys if they state none")
