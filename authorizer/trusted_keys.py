"""Which keys are trusted for which tokens: the own keys for the own issuers, and a trusted issuer's for that issuer only."""

from collections.abc import Mapping

from .algorithms import InvalidKey
from .claims import ClaimRules
from .config_fields import Fields
from .keys import KeySet

FIELDS = frozenset({"issuer", "audiences", "audience_claim", "keys"})
"""The fields of an entry of ``trusted_issuers``."""


def load_jwks(fields: Fields, key_set: KeySet, issuer: str = "") -> list[str]:
    """Add the keys in the field ``keys`` to ``key_set``, and return each ``kid``; invalid keys are recorded in ``fields``."""
    kids = []
    for index, jwk in fields.objects("keys", at_least=1):
        try:
            kids.append(key_set.add(jwk.document, issuer).kid)
        except InvalidKey as fault:
            fields.fault(str(fault), "keys", index)
    return kids


def trust_issuers(fields: Fields, key_set: KeySet, own_rules: ClaimRules) -> Mapping[str, ClaimRules]:
    """The rules for the tokens of other issuers, by ``kid``; their keys are added to ``key_set``."""
    rules: dict[str, ClaimRules] = {}
    issuers = set(own_rules.issuers)
    for _, trusted_issuer in fields.objects("trusted_issuers"):
        trusted_issuer.only(FIELDS)
        issuer = trusted_issuer.name("issuer")
        if issuer in issuers:
            trusted_issuer.fault(f"{issuer!r} is already trusted: each issuer has one entry", "issuer")
        issuers.add(issuer)
        issuer_rules = own_rules._replace(
            issuers=frozenset({issuer}),
            audiences=frozenset(trusted_issuer.names("audiences", at_least=1)),
            audience_claim=trusted_issuer.name("audience_claim", "aud"),
        )
        rules.update(dict.fromkeys(load_jwks(trusted_issuer, key_set, issuer), issuer_rules))
    return rules
