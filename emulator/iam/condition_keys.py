"""The condition keys that MiniStack lacks: the caller's role, TLS, those of KMS, and of STS those of tokens.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html
"""

import json
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam, kms


def install() -> None:
    """From now on policies may use these keys, and a request for a key is judged by its ARN, also if it names an alias."""
    resolve = iam_evaluator._resolve_condition_key
    context = iam_actions.request_tag_context
    resource = iam_actions.extract_resource_arn

    def resolve_condition_key(key: str, found: Any) -> Any:
        name = key.lower()
        if name == "aws:principalarn" and found.principal_type == "AssumedRole":
            return role_arn(found.principal_arn, found.principal_account)
        if name == "aws:securetransport":
            return "true"  # HTTP on this machine stands for TLS
        if name == "aws:principaltype" and found.principal_type == "Root":
            return "Account"
        return resolve(key, found)

    def request_context(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        known = context(service, action, body, params)
        if service == "kms":
            return {**known, **_of_kms(_parsed(body))}
        return {**known, **of_token(body)} if action == "sts:GetWebIdentityToken" else known

    def resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        key = kms._resolve_key(_named(_parsed(body))) if service == "kms" else None
        return str(key["Arn"] if key else resource(service, method, path, headers, body, *rest))

    iam_evaluator._resolve_condition_key = resolve_condition_key
    iam_actions.request_tag_context = request_context
    iam_actions.extract_resource_arn = resource_arn


def role_arn(session_arn: str, account: str) -> str:
    """The role of a session's ARN, which has only its name: with its path."""
    name = session_arn.split("/")[1]
    role = iam._roles.get_scoped(account, None, name)
    return str(role["Arn"]) if role else f"arn:aws:iam::{account}:role/{name}"


def of_token(body: bytes) -> dict[str, Any]:
    """Of a request for a token. Without a duration it is the default, which a policy may limit as well (unsure)."""
    form = parse_qs(body.decode(errors="replace"))
    return {
        "sts:IdentityTokenAudience": [value for name in form if name.startswith("Audience.") for value in form[name]],
        "sts:SigningAlgorithm": form.get("SigningAlgorithm", [""])[0],
        "sts:DurationSeconds": form.get("DurationSeconds", ["300"])[0],
    }


def _of_kms(request: dict[str, Any]) -> dict[str, Any]:
    key_id = _named(request)
    keys: dict[str, Any] = {
        "kms:CallerAccount": get_account_id(),
        "kms:SigningAlgorithm": request.get("SigningAlgorithm"),
        "kms:MessageType": request.get("MessageType", "RAW") if "SigningAlgorithm" in request else None,
        "kms:RequestAlias": key_id.rpartition(":")[2] if "alias/" in key_id else None,
        "kms:ScheduleKeyDeletionPendingWindowInDays": request.get("PendingWindowInDays"),
    }
    if key := kms._resolve_key(key_id):
        keys |= {
            "kms:KeySpec": key["KeySpec"],
            "kms:KeyUsage": key["KeyUsage"],
            "kms:KeyOrigin": key["Origin"],
            "kms:MultiRegion": str(bool(key.get("MultiRegion"))).lower(),
            "kms:ResourceAliases": [
                arn.rpartition(":")[2] for arn, target in kms._aliases.items() if target == key["KeyId"]
            ],
        }
    return {name: value for name, value in keys.items() if value}


def _named(request: dict[str, Any]) -> str:
    """The key of a request: of CreateAlias and UpdateAlias the one that the alias will have."""
    return str(request.get("KeyId") or request.get("TargetKeyId") or "")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}
