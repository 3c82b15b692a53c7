"""The execution role of a Lambda function, with exactly the listed permissions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import pulumi
import pulumi_aws as aws

from .faults import Faults


@dataclass(frozen=True)
class RoleNodes:
    """The resources of `AuthorizerRole` and `TokenServiceRole`, and of other roles that are created."""

    role: aws.iam.Role
    """The role."""
    policies: Mapping[str, aws.iam.RolePolicy]
    """Its inline policies by the last part of their names: `policy`; `kms` to read public keys; `denylist` to read a denylist;
    `vpc` to manage network interfaces."""


class ExecutionRole(NamedTuple):
    """A role, and its ARN, which is known once the permissions, if any, are attached."""

    arn: pulumi.Output[str]
    nodes: RoleNodes


Statement = Mapping[str, object]
"""A statement of an IAM policy."""

_ACTION = re.compile("[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"""


class PolicyStatementArgs(TypedDict):
    """A statement that allows actions on resources."""

    actions: list[str]
    """Allowed actions, at least one, such as "secretsmanager:GetSecretValue"."""
    resources: Sequence[pulumi.Input[str]]
    """ARNs of the resources, at least one. Wildcards are accepted, as in "arn:aws:s3:::bucket/*", but not "*" alone or
    a whole service, as in "arn:aws:s3:::*"."""


def check_statements(statements: Sequence[PolicyStatementArgs], faults: Faults) -> None:
    """Record in ``faults`` what IAM would reject, and actions that are not of one service."""
    for index, statement in enumerate(statements):
        below = faults.below(index)
        for key, listed in statement.items():
            if not listed:
                below.below(key).add("must not be empty: write at least one, or remove the statement")
        for place, action in enumerate(statement.get("actions", [])):
            if not _ACTION.fullmatch(action):
                below.below("actions", place).add(
                    f"must be an action of one service, such as secretsmanager:GetSecretValue or s3:Get*, and is {action!r}"
                )


def create_role(
    name: str,
    service: str,
    policies: Mapping[str, Sequence[Statement]],
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> ExecutionRole:
    """A role that ``service`` may assume, with these inline policies: their statements by the last part of the policy's name.

    What a function may cease to need is a policy of its own: it is deleted last, when the function no longer needs it. A policy
    that is changed is changed before the function, which would be without the permission until it is updated. A policy without
    statements is not created.
    """
    role = aws.iam.Role(
        f"{name}-iam",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
            }
        ),
        tags=tags,
        opts=opts,
    )
    created = {
        key: aws.iam.RolePolicy(
            f"{name}-{key}",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=opts,
        )
        for key, statements in policies.items()
        if statements
    }
    # The permissions must exist before the role is used: a function created earlier would lose its first log lines.
    arn = pulumi.Output.all(role.arn, *(policy.id for policy in created.values())).apply(lambda values: str(values[0]))
    return ExecutionRole(arn if created else role.arn, RoleNodes(role, created))


def log_statement(parent: pulumi.Resource, log_group_name: pulumi.Input[str]) -> Statement:
    """The permission to write to this log group, but not to create it: it exists, with its retention, and stays deleted if it
    is deleted."""
    invoke = pulumi.InvokeOutputOptions(parent=parent)
    log_group = pulumi.Output.format(
        "arn:{0}:logs:{1}:{2}:log-group:{3}:*",
        aws.get_partition_output(opts=invoke).partition,
        aws.get_region_output(opts=invoke).region,
        aws.get_caller_identity_output(opts=invoke).account_id,
        log_group_name,
    )
    return {
        "Sid": "WriteOwnLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": log_group,
    }
