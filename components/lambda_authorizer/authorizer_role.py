"""AuthorizerRole: the execution role of the authorizer, with the least privilege that it needs."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..arns import distinct
from ..contract import DENYLIST_OBJECT_KEY
from ..execution_role import PolicyStatementArgs, RoleNodes, Statement, check_statements, create_role, log_statement
from ..faults import Faults
from ..logs import checked_log_group_name
from ..names import check_name
from ..validation import NO_ARGS, check_shape, given


class AuthorizerRoleArgs(TypedDict):
    """The permissions of the authorizer."""

    log_group_name: pulumi.Input[str]
    """Name of the only log group that the role may write to."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys whose public keys the role may read. Default: none, since pinned keys need no permission."""
    denylist_bucket: NotRequired[pulumi.Input[str]]
    """Name of the bucket with the denylist that the role may read, in its own account. Default: none."""
    vpc: NotRequired[bool]
    """Whether the function runs in a VPC, which requires permission to manage network interfaces. Default: false."""
    tracing: NotRequired[bool]
    """Whether the function may send traces to X-Ray. Default: false."""
    policy_statements: NotRequired[Sequence[PolicyStatementArgs]]
    """Further permissions of the role. Default: none."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for the role."""


class AuthorizerRole(pulumi.ComponentResource):
    """A least-privilege execution role: write access to one log group and, only if they are read at run time,
    `kms:GetPublicKey` on the keys and `s3:GetObject` on the denylist."""

    role_arn: pulumi.Output[str]
    """ARN of the role. Known once the permissions are attached."""
    role_name: pulumi.Output[str]
    """Name of the role."""

    @overload
    def __init__(self, name: str, args: AuthorizerRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[AuthorizerRoleArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: AuthorizerRoleArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``AuthorizerRoleArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'AuthorizerRole "{name}"')
        args = check_shape(given(args, inputs, faults), AuthorizerRoleArgs, faults)
        check_name(name, "-iam", faults)
        check_statements(args.get("policy_statements", []), faults.below("policy_statements"))
        if "log_group_name" in args:
            args["log_group_name"] = checked_log_group_name(args["log_group_name"], faults.below("log_group_name"))
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizerRole", name, None, opts)
        policies = {
            "policy": [log_statement(self, args["log_group_name"]), *_other_statements(args)],
            "kms": _kms_statements(args),
            "denylist": _denylist_statements(self, args),
            "vpc": _vpc_statements(args),
        }
        child = pulumi.ResourceOptions(parent=self)
        self.role_arn, nodes = create_role(name, "lambda.amazonaws.com", policies, args.get("tags"), child)
        self.role_name = nodes.role.name
        self.nodes: RoleNodes = nodes
        """The resources inside."""
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name})


def _kms_statements(args: AuthorizerRoleArgs) -> list[Statement]:
    key_arns = args.get("kms_key_arns")
    if not key_arns:
        return []
    return [{"Sid": "ReadPublicKeys", "Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": distinct(key_arns)}]


def _denylist_statements(parent: pulumi.Resource, args: AuthorizerRoleArgs) -> list[Statement]:
    """The permission to read the denylist, unless the bucket was deleted and belongs to somebody else by now."""
    if "denylist_bucket" not in args:
        return []
    invoke = pulumi.InvokeOutputOptions(parent=parent)
    partition = aws.get_partition_output(opts=invoke).partition
    return [
        {
            "Sid": "ReadDenylist",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.format(
                "arn:{0}:s3:::{1}/{2}", partition, args["denylist_bucket"], DENYLIST_OBJECT_KEY
            ),
            "Condition": {
                "StringEquals": {"aws:ResourceAccount": aws.get_caller_identity_output(opts=invoke).account_id}
            },
        }
    ]


def _vpc_statements(args: AuthorizerRoleArgs) -> list[Statement]:
    if not args.get("vpc"):
        return []
    # None of these can be restricted to resources: the interfaces do not exist yet.
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    actions = ["AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface"]
    actions += ["DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses"]
    return [
        {"Sid": "AttachToVpc", "Effect": "Allow", "Action": [f"ec2:{action}" for action in actions], "Resource": "*"}
    ]


def _other_statements(args: AuthorizerRoleArgs) -> list[Statement]:
    statements: list[Statement] = []
    if args.get("tracing"):
        actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        statements.append({"Sid": "SendTraces", "Effect": "Allow", "Action": actions, "Resource": "*"})
    statements.extend(
        {"Effect": "Allow", "Action": statement["actions"], "Resource": statement["resources"]}
        for statement in args.get("policy_statements", [])
    )
    return statements
