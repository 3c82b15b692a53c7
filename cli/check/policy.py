"""Policy documents of AWS, and what in them is wider than what kms-jwt writes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

OWN_LOG = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
VPC = frozenset(
    {
        *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
        *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
    }
)
TRACES = frozenset({"xray:PutTelemetryRecords", "xray:PutTraceSegments"})
READ_KEY = frozenset({"kms:GetPublicKey"})

_NEVER = ("iam", "kms", "lambda", "sts")
"""Services of which an authorizer's role gets nothing else, whatever the resource."""

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


class Statement(NamedTuple):
    """One statement that allows something, with lists in place of single values."""

    actions: list[str]
    resources: list[str]
    principals: list[str]
    """As ``AWS: arn:...`` or ``Service: lambda.amazonaws.com``; ``*`` is everybody."""
    condition: Mapping[str, Mapping[str, Any]]
    inverted: bool
    """Whether it allows everything but something: ``NotAction``, ``NotResource``, ``NotPrincipal``."""


def allowing(document: str | Mapping[str, Any]) -> Iterator[Statement]:
    """The statements of the policy ``document`` that allow something."""
    policy = json.loads(document) if isinstance(document, str) else document
    for statement in _listed(policy.get("Statement")):
        if statement.get("Effect") == "Allow":
            yield Statement(
                _listed(statement.get("Action")),
                _listed(statement.get("Resource")),
                _principals(statement.get("Principal")),
                statement.get("Condition") or {},
                any(name in statement for name in ("NotAction", "NotResource", "NotPrincipal")),
            )


def role_faults(statement: Statement) -> Iterator[str]:
    """What in a statement of the authorizer's role is wider than kms-jwt writes it, or lets a user write it."""
    actions = set(statement.actions)
    if statement.inverted:
        yield "allows everything but something"
    elif actions <= VPC or actions <= TRACES:
        return  # cannot be restricted to resources
    for action in statement.actions:
        service, _, name = action.partition(":")
        wide = sorted(resource for resource in statement.resources if _is_wide(resource, action))
        if action == "*" or name == "*" or (service.lower() in _NEVER and action not in READ_KEY):
            yield f"allows {action}"
        elif wide:
            yield f"allows {action} on {', '.join(wide)}"


def _is_wide(resource: str, action: str) -> bool:
    """A log group's streams end with ``:*``; the name of the group, and a key, have no wildcard."""
    if action in OWN_LOG:
        resource = resource.removesuffix(":*")
        return "*" in resource or "?" in resource
    if action in READ_KEY:
        return "*" in resource or "?" in resource
    return len(parts := resource.split(":", 5)) < 6 or parts[5] in ("", "*")


def key_faults(statement: Statement) -> Iterator[str]:
    """What in a statement of a signing key's policy is wider than ``SigningKeys`` writes it."""
    who = ", ".join(statement.principals)
    if statement.inverted:
        yield "allows everything but something"
    if any(principal.partition(": ")[2] == "*" or principal == "*" for principal in statement.principals):
        yield f"allows {', '.join(statement.actions)} to everybody"
        return
    for action in statement.actions:
        if action == "kms:Sign":
            if "kms:SigningAlgorithm" not in statement.condition.get("StringEquals", {}):
                yield f"allows kms:Sign with any algorithm to {who}"
        elif action not in KEY_ADMINISTRATION:
            yield f"allows {action} to {who}"


def permission_faults(statement: Statement, source_arn: str) -> Iterator[str]:
    """What in a function's permission is wider than that for the authorizer with ``source_arn`` alone."""
    who = ", ".join(statement.principals)
    sources = [
        str(value)
        for operator, conditions in statement.condition.items()
        for name, values in conditions.items()
        if name.lower() == "aws:sourcearn" and operator in ("ArnLike", "ArnEquals", "StringEquals", "StringLike")
        for value in _listed(values)
    ]
    if statement.inverted or statement.principals != ["Service: apigateway.amazonaws.com"]:
        yield f"allows {', '.join(statement.actions)} to {who or 'everybody'}"
    elif not sources:
        yield "allows every API of every account"
    elif other := [source for source in sources if source != source_arn]:
        yield f"allows {', '.join(other)}"
    elif [action.lower() for action in statement.actions] != ["lambda:invokefunction"]:
        yield f"allows {', '.join(statement.actions)}"


def _principals(principal: object) -> list[str]:
    if isinstance(principal, Mapping):
        return [f"{kind}: {value}" for kind, values in principal.items() for value in _listed(values)]
    return [str(principal)] if principal else []


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
