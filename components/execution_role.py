"""An execution role for a Lambda function: it may do what is named, and nothing else."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi
import pulumi_aws as aws


class PolicyStatementArgs(TypedDict):
    """Actions that a role is allowed."""

    actions: list[str]
    """The actions, as in "secretsmanager:GetSecretValue"."""
    resources: list[pulumi.Input[str]]
    """ARNs of the resources, with wildcards in them where needed, as in "arn:aws:s3:::bucket/*", but not "*" alone."""


def create_role(
    name: str,
    service: str,
    statements: list[Mapping[str, object]],
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> tuple[aws.iam.Role, pulumi.Output[str]]:
    """A role that ``service`` may assume, and its ARN, which is known once the statements, if there are any, are attached."""
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
    if not statements:
        return role, role.arn
    policy = aws.iam.RolePolicy(
        f"{name}-policy",
        role=role.name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=opts,
    )
    # Whoever takes on the role must find its permissions there: a function made earlier would lose its first log lines.
    return role, pulumi.Output.all(role.arn, policy.id).apply(lambda values: str(values[0]))


def log_statement(parent: pulumi.Resource, log_group_name: pulumi.Input[str]) -> Mapping[str, object]:
    """Writing to this log group. Not making it: it is there already, with its retention, and stays away once deleted."""
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
