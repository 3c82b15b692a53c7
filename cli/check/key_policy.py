"""What in the policy and the grants of a signing key is wider than ``SigningKeys`` writes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .policy import Statement, listed

SIGN = "kms:Sign"

KEY_ADMINISTRATION = frozenset(
    {
        *("kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey"),
        *("kms:EnableKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListGrants"),
        *("kms:ListKeyPolicies", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ReplicateKey"),
        *("kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias"),
        *("kms:UpdateKeyDescription", "kms:UpdatePrimaryRegion"),
    }
)
"""What a key policy of ``SigningKeys`` allows, but for ``kms:Sign``."""


@dataclass(frozen=True)
class PolicyKey:
    """A key whose policy is judged."""

    key_id: str
    account: str
    signing_algorithm: str | None
    """As KMS names it; ``None`` if it is not known."""
    active: bool
    """Whether it is the one that signs now."""
    users: frozenset[str] = frozenset()
    """ARNs of other accounts that may be named."""


def key_faults(statement: Statement, key: PolicyKey) -> Iterator[str]:
    """What a statement of the policy of ``key`` allows besides what ``SigningKeys`` writes."""
    if statement.inverted:
        yield "allows everything but something"
    if foreign := [principal for principal in statement.principals if not _is_own(principal, key)]:
        yield f"allows {', '.join(statement.actions)} to {', '.join(foreign)}"
    for action in statement.actions:
        if action == SIGN:
            yield from _signing_faults(statement, key)
        elif action not in KEY_ADMINISTRATION:
            yield f"allows {action} to {statement.who}"


def _is_own(principal: str, key: PolicyKey) -> bool:
    """Whether it is in the key's own account: neither another one, nor a service, nor everybody."""
    kind, _, value = principal.partition(": ")
    own = re.fullmatch(rf"{key.account}|arn:[\w-]+:(iam|sts)::{key.account}:[^*?]+", value)
    return kind == "AWS" and (own is not None or value in key.users)


def _signing_faults(statement: Statement, key: PolicyKey) -> Iterator[str]:
    """A single algorithm, so that no RSA key signs with both RS256 and PS256; and an end, if it is not to sign any more."""
    algorithms = listed(statement.condition.get("StringEquals", {}).get("kms:SigningAlgorithm"))
    if len(algorithms) != 1:
        yield f"allows {SIGN} with {', '.join(algorithms) or 'any algorithm'} to {statement.who}"
    elif key.signing_algorithm not in (None, *algorithms):
        yield f"allows {SIGN} with {algorithms[0]}, which is not its own"
    if not key.active and not statement.condition.get("DateLessThan", {}).get("aws:CurrentTime"):
        yield f"allows {SIGN} without an end, and is not the key that signs"


def grant_faults(grants: list[dict[str, Any]] | list[Mapping[str, Any]]) -> Iterator[str]:
    """Every grant: ``SigningKeys`` makes none."""
    for grant in grants:
        yield f"has a grant: {', '.join(grant.get('Operations', []))} to {grant.get('GranteePrincipal', 'somebody')}"
