"""The principals of key policies and grants: they have to exist, and are kept by their unique IDs.

https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

So a role that is deleted and created again under its name is not the one that was meant.
"""

import re

from ministack.core.responses import get_account_id
from ministack.services import iam

_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::(?=\d{12}:(?:root$|role/|user/))|sts::(?=\d{12}:(?:assumed-role/[^/]+/|federated-user/)))"
    r"(\d{12}):([^/*?\s]+)/?([^*?\s]*)"
)
"""Of an account, a role, a user, or a session. Wildcards match no part of a principal. Groups: account, kind, name."""


def stored(principal: str) -> str | None:
    """How it is kept: by its unique ID, or as it is written if it is an account, or in another account; else ``None``."""
    if _ACCOUNT.fullmatch(principal) or shown(principal) != principal:
        return principal
    match = _ARN.fullmatch(principal)
    if match is None:
        return None
    account, kind, name = match.groups()
    if account != get_account_id() or kind in ("root", "federated-user"):
        return principal
    if kind == "assumed-role":
        role, _, session = name.partition("/")
        record = iam._roles.get(role)
        return f"{record['RoleId']}:{session}" if record else None
    record = (iam._roles if kind == "role" else iam._users).get(name.rpartition("/")[2])
    if record is None or record["Arn"] != principal:
        return None
    return str(record["RoleId" if kind == "role" else "UserId"])


def shown(principal: str) -> str:
    """How it is returned: by its ARN, or by its unique ID if it has been deleted."""
    unique_id, _, session = principal.partition(":")
    for role in iam._roles.values():
        if role["RoleId"] == unique_id:
            name = role["RoleName"]
            return f"arn:aws:sts::{get_account_id()}:assumed-role/{name}/{session}" if session else str(role["Arn"])
    return next((str(user["Arn"]) for user in iam._users.values() if user["UserId"] == principal), principal)
