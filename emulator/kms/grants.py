"""Grants: MiniStack keeps them, and here they allow what they say, as if the key policy did.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from typing import Any

from ministack.services import kms

from . import key_policy, principals
from .errors import KmsError

_NOT_THERE = ("Constraints", "RetiringPrincipal", "GranteeServicePrincipal", "RetiringServicePrincipal", "SourceArn")
_MANAGEMENT = {"CreateGrant", "RetireGrant"}


def install() -> None:
    """From now on a key policy is evaluated together with the grants of the key."""
    find = kms.key_policy_for_arn

    def key_policy_for_arn(resource_arn: str) -> tuple[str, str] | None:
        found = find(resource_arn)
        if found is None:
            return None
        policy, account = found
        return key_policy.effective(policy, _statements(resource_arn)), account

    kms.key_policy_for_arn = key_policy_for_arn


def check(request: dict[str, Any]) -> None:
    """Raises ``KmsError`` if a new grant has no such grantee, or has what is not evaluated here."""
    operations = request.get("Operations")
    management = _MANAGEMENT.intersection(operations) if isinstance(operations, list) else set()
    unsupported = sorted(management) + [name for name in _NOT_THERE if request.get(name)]
    if unsupported:
        raise KmsError(
            "UnsupportedOperationException",
            f"The emulator has no grants with {', '.join(unsupported)} (docs/emulator.md).",
        )
    grantee = request.get("GranteePrincipal")
    if grantee and principals.stored(str(grantee)) is None:
        raise KmsError(
            "InvalidArnException", f"GranteePrincipal {grantee} does not exist. Create it first, or correct the ARN."
        )


def store_grantee(request: dict[str, Any]) -> None:
    """Names the grantee of a request as it is kept."""
    if grantee := request.get("GranteePrincipal"):
        request["GranteePrincipal"] = principals.stored(str(grantee)) or grantee


def _statements(key_arn: str) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Principal": {"AWS": principals.shown(grant["GranteePrincipal"])},
            "Action": [f"kms:{operation}" for operation in grant["Operations"]],
            "Resource": "*",
        }
        for grant in kms._grants.values()
        if grant["KeyId"] == key_arn
    ]
