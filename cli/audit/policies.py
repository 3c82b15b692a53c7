"""The policies of a stack, and their statements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .authorizers import listed
from .resource import Opaque, Resource
from .stack import Stack

KEY = "aws:kms/key:Key"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
ROLE = "aws:iam/role:Role"


class Kind(Enum):
    """What a policy is attached to."""

    IDENTITY = "identity"
    """To a principal: its resources say what the principal may use."""
    RESOURCE = "resource"
    """To a resource: its principals say who may use it, and "*" as resource is that one."""


_PROPERTIES: Mapping[str, tuple[str, Kind]] = {
    "aws:iam/groupPolicy:GroupPolicy": ("policy", Kind.IDENTITY),
    "aws:iam/policy:Policy": ("policy", Kind.IDENTITY),
    "aws:iam/rolePolicy:RolePolicy": ("policy", Kind.IDENTITY),
    "aws:iam/userPolicy:UserPolicy": ("policy", Kind.IDENTITY),
    ROLE: ("assumeRolePolicy", Kind.RESOURCE),
    KEY: ("policy", Kind.RESOURCE),
    KEY_POLICY: ("policy", Kind.RESOURCE),
    "aws:kms/replicaKey:ReplicaKey": ("policy", Kind.RESOURCE),
    "aws:lambda/resourcePolicy:ResourcePolicy": ("policy", Kind.RESOURCE),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", Kind.RESOURCE),
    "aws:secretsmanager/secret:Secret": ("policy", Kind.RESOURCE),
    "aws:secretsmanager/secretPolicy:SecretPolicy": ("policy", Kind.RESOURCE),
    "aws:sns/topic:Topic": ("policy", Kind.RESOURCE),
    "aws:sns/topicPolicy:TopicPolicy": ("policy", Kind.RESOURCE),
    "aws:sqs/queue:Queue": ("policy", Kind.RESOURCE),
    "aws:sqs/queuePolicy:QueuePolicy": ("policy", Kind.RESOURCE),
}
"""Resource type -> its input with a policy."""


@dataclass(frozen=True)
class Statement:
    """A statement that allows something."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    negated: tuple[str, ...]
    """Which of NotAction, NotResource and NotPrincipal it has."""
    conditions: tuple[str, ...]
    """The condition keys."""


@dataclass(frozen=True)
class Policy:
    """A policy of a resource."""

    resource: Resource
    kind: Kind
    statements: tuple[Statement, ...]
    unread: str = ""
    """Why it cannot be read; empty if it can."""


def policies(stack: Stack) -> Iterator[Policy]:
    """Every policy that is written in the stack."""
    for type_, (name, kind) in _PROPERTIES.items():
        for resource in stack.of(type_):
            if (value := resource.value(name)) is not None:
                yield _policy(resource, kind, value)
    for role in stack.of(ROLE):
        for inline in listed(role.value("inlinePolicies")):
            value = inline.get("policy") if isinstance(inline, dict) else inline
            if value is not None:
                yield _policy(role, Kind.IDENTITY, value)


def _policy(resource: Resource, kind: Kind, value: Any) -> Policy:
    if isinstance(value, Opaque):
        return Policy(resource, kind, (), value.value)
    try:
        document = json.loads(value) if isinstance(value, str) else value
        statements = tuple(
            _statement(statement) for statement in listed(document["Statement"]) if statement["Effect"] == "Allow"
        )
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return Policy(resource, kind, (), "not a policy document")
    return Policy(resource, kind, statements)


def _statement(statement: Mapping[str, Any]) -> Statement:
    principal = statement.get("Principal")
    conditions = statement.get("Condition") or {}
    return Statement(
        actions=tuple(map(str, listed(statement.get("Action")))),
        resources=tuple(map(str, listed(statement.get("Resource")))),
        principals=tuple(
            str(item)
            for items in (principal.values() if isinstance(principal, dict) else [principal])
            for item in listed(items)
        ),
        negated=tuple(name for name in ("NotAction", "NotResource", "NotPrincipal") if name in statement),
        conditions=tuple(sorted(key for operator in conditions.values() for key in operator)),
    )
