"""What in the policies of the authorizer's function and of its role is wider than kms-jwt writes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from .policy import Statement, listed

OWN_LOG = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
READ_KEY = "kms:GetPublicKey"
READ_DENYLIST = "s3:GetObject"
ANYWHERE = frozenset(
    {
        *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
        *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
        *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    }
)
"""For a VPC and for traces: they cannot be restricted to resources."""


@dataclass(frozen=True)
class OwnResources:
    """What the role may use."""

    log_group: str
    """ARN, without ``:*``."""
    key_ids: frozenset[str]
    """Of the published keys."""
    actions: frozenset[str]
    """Further actions, which the user has given it."""
    denylist: str = ""
    """The S3 object with the denylist as the end of its ARN, ``bucket/key``, if there is one."""


def role_faults(statement: Statement, own: OwnResources) -> Iterator[str]:
    """What a statement of the authorizer's role allows besides what kms-jwt writes."""
    if statement.inverted:
        yield "allows everything but something"
    for action in statement.actions:
        if action in own.actions or action in ANYWHERE:
            continue
        if action in OWN_LOG:
            foreign = [resource for resource in statement.resources if resource.removesuffix(":*") != own.log_group]
        elif action == READ_KEY:
            foreign = [arn for arn in statement.resources if arn.rpartition(":key/")[2] not in own.key_ids]
        elif action == READ_DENYLIST and own.denylist:
            foreign = [arn for arn in statement.resources if arn.partition(":s3:::")[2] != own.denylist]
        else:
            foreign = statement.resources
        if foreign:
            yield f"allows {action} on {', '.join(sorted(foreign))}"


def permission_faults(statement: Statement, source_arn: str) -> Iterator[str]:
    """What in a function's permission is wider than that for the authorizer with ``source_arn`` alone."""
    sources = [
        str(value)
        for operator, conditions in statement.condition.items()
        for name, values in conditions.items()
        if name.lower() == "aws:sourcearn" and operator in ("ArnLike", "ArnEquals", "StringEquals", "StringLike")
        for value in listed(values)
    ]
    if statement.inverted or statement.principals != ["Service: apigateway.amazonaws.com"]:
        yield f"allows {', '.join(statement.actions)} to {statement.who}"
    elif not sources:
        yield "allows every API of every account"
    elif other := [source for source in sources if source != source_arn]:
        yield f"allows {', '.join(other)}"
    elif [action.lower() for action in statement.actions] != ["lambda:invokefunction"]:
        yield f"allows {', '.join(statement.actions)}"
