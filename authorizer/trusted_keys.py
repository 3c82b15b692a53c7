"""Whose keys are trusted for which tokens: our own for our issuers, and another issuer's for that issuer alone."""

from collections.abc import Mapping

from .algorithms import InvalidKey
from .claims import ClaimRules
from .config_fields import ConfigError, names
from .keys import Key, load_keys, public_value

_FIELDS = frozenset({"issuer", "audiences", "audience_claim", "keys"})
"""Of an entry of ``trusted_issuers``."""


def load_jwks(document: Mapping[str, object], path: str = "") -> Mapping[str, Key]:
    """The keys in the field ``keys``. Raises ``ConfigError``."""
    jwks = document.get("keys")
    if not isinstance(jwks, list) or not all(isinstance(jwk, dict) for jwk in jwks):
        raise ConfigError(f"{path}keys: must be a list of JWKs")
    try:
        return load_keys(jwks)
    except InvalidKey as fault:
        raise ConfigError(f"{path}{fault}") from None


def trust_issuers(
    document: Mapping[str, object], keys: dict[str, Key], own_rules: ClaimRules
) -> Mapping[str, ClaimRules]:
    """The rules for the tokens of other issuers, by ``kid``; their keys are added to ``keys``."""
    partners = document.get("trusted_issuers", [])
    if not isinstance(partners, list):
        raise ConfigError(f"trusted_issuers: must be a list, and is {partners!r}")
    rules: dict[str, ClaimRules] = {}
    issuers = set(own_rules.issuers)
    known = _public_values(document)
    for index, partner in enumerate(partners):
        path = f"trusted_issuers[{index}]"
        if not isinstance(partner, dict) or not partner.keys() <= _FIELDS:
            raise ConfigError(f"{path}: must be an object with {', '.join(sorted(_FIELDS))} only")
        issuer, audience_claim = partner.get("issuer"), partner.get("audience_claim", "aud")
        if not isinstance(issuer, str) or not issuer or issuer in issuers:
            raise ConfigError(f"{path}.issuer: must be an issuer that is not trusted already, and is {issuer!r}")
        if not isinstance(audience_claim, str) or not audience_claim:
            raise ConfigError(f"{path}.audience_claim: must be the name of a claim, and is {audience_claim!r}")
        issuers.add(issuer)
        audiences = frozenset(names(partner, "audiences", path=f"{path}.", at_least=1))
        partner_keys = load_jwks(partner, f"{path}.")
        if not known.isdisjoint(_public_values(partner)):
            raise ConfigError(f"{path}.keys: a key is another issuer's already: a key vouches for one issuer")
        known |= _public_values(partner)
        for kid, key in partner_keys.items():
            if kid in keys:
                raise ConfigError(f"{path}.keys: kid {kid!r} is used twice: a key vouches for one issuer")
            keys[kid] = key
            rules[kid] = own_rules._replace(
                issuers=frozenset({issuer}), audiences=audiences, audience_claim=audience_claim
            )
    return rules


def _public_values(document: Mapping[str, object]) -> set[object]:
    """Of the keys in the field ``keys``, which have been loaded."""
    jwks = document["keys"]
    return {public_value(jwk) for jwk in jwks} if isinstance(jwks, list) else set()
