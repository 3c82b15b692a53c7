"""The attack corpus: named cases, generated for every algorithm with real keys, each with the one reason it is denied for.

A module generates what belongs together; ``GROUPS`` is all of it. The classes are those that advisories, RFC 8725 and
the other libraries' defects are about, with the neighbours of each.
"""

from functools import cache

from . import (
    algorithms,
    bound_tokens,
    claim_values,
    controls,
    encodings,
    headers,
    issuers,
    json_texts,
    key_ids,
    revoked,
    signatures,
    transport,
)
from .bound_tokens import bound_configuration
from .case import MARKER, ROUTE, Case, Group, configuration, keys
from .issuers import issuer_configuration
from .revoked import revoking_configuration, revoking_denylist

__all__ = [
    "BOUND_GROUPS",
    "GROUPS",
    "ISSUER_GROUPS",
    "MARKER",
    "REVOKED_GROUPS",
    "ROUTE",
    "Case",
    "Group",
    "bound_configuration",
    "cases",
    "configuration",
    "issuer_configuration",
    "revoking_configuration",
    "revoking_denylist",
]

GROUPS: tuple[Group, ...] = (
    *controls.GROUPS,
    *algorithms.GROUPS,
    *key_ids.GROUPS,
    *signatures.GROUPS,
    *encodings.GROUPS,
    *json_texts.GROUPS,
    *headers.GROUPS,
    *claim_values.GROUPS,
    *transport.GROUPS,
)

ISSUER_GROUPS = issuers.GROUPS
"""Those that need the configuration with other issuers, ``issuer_configuration``."""

BOUND_GROUPS = bound_tokens.GROUPS
"""Those that need the configuration with tokens bound to certificates, ``bound_configuration``."""

REVOKED_GROUPS = revoked.GROUPS
"""Those that need the configuration with a denylist, ``revoking_configuration``."""


@cache
def cases(group: Group, alg: str) -> tuple[Case, ...]:
    """The cases of ``group`` for ``alg``."""
    return tuple(group.generate(keys(alg)))
