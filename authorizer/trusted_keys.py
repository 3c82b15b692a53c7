"""Which key is trusted for which tokens: by ``kid``, and by issuer and ``kid`` where several issuers have the same ``kid``."""

from collections.abc import Mapping
from typing import NamedTuple

from .algorithms import InvalidKey
from .config_fields import Fields
from .keys import Key, KeySet
from .token_rules import TokenRules


class TrustedKey(NamedTuple):
    """A key, and the rules for the tokens that it has signed."""

    key: Key
    rules: TokenRules


class TrustedKeys(NamedTuple):
    """The keys of the own issuer and of all others."""

    keys: dict[str, Key]
    """By ``kid``: the keys that only one issuer has."""
    rules: dict[str, TokenRules]
    """``kid`` -> the rules for its tokens, for those of ``keys`` that belong to another issuer."""
    shared: dict[str, Mapping[str, TrustedKey]]
    """``kid`` -> ``iss`` -> key, for each ``kid`` that several issuers have. An own key never is among them."""


def load_jwks(fields: Fields, key_set: KeySet) -> None:
    """Add the keys in the field ``keys`` to ``key_set``; invalid keys are recorded in ``fields``."""
    for index, jwk in fields.objects("keys", at_least=1):
        try:
            key_set.add(jwk.document)
        except InvalidKey as fault:
            fields.fault(str(fault), "keys", index)
