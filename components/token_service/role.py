"""TokenServiceRole: the execution role of a token service, for keys whose policy names it before the service exists."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..execution_role import RoleNodes, create_role, log_statement
from ..faults import Faults
from ..names import check_name
from ..validation import NO_ARGS, check_shape, given


class TokenServiceRoleArgs(TypedDict):
    """The execution role of a token service."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for the role."""


class TokenServiceRole(pulumi.ComponentResource):
    """The execution role of a `TokenService`, without permissions: for `SigningKeys` whose `signers` name it. The
    `TokenService` that gets it as `role` adds what it needs: give it to one only, since two would share their permissions."""

    role_arn: pulumi.Output[str]
    """ARN of the role."""
    role_name: pulumi.Output[str]
    """Name of the role."""

    @overload
    def __init__(self, name: str, args: TokenServiceRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[TokenServiceRoleArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: TokenServiceRoleArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``TokenServiceRoleArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'TokenServiceRole "{name}"')
        args = check_shape(given(args, inputs, faults), TokenServiceRoleArgs, faults)
        check_name(name, "-iam", faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:TokenServiceRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.role_arn, nodes = create_role(name, "lambda.amazonaws.com", {}, args.get("tags"), child)
        self.role_name = nodes.role.name
        self.nodes: RoleNodes = nodes
        """The resources inside."""
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name})


def role_name_fault(arn: str, name: str) -> str | None:
    """Why permissions that are attached to the role ``name`` would not be those of the role ``arn``; otherwise ``None``."""
    role = arn.rpartition("/")[2]
    return None if name == role else f"must be the name of the role in arn, {role!r}, and is {name!r}"


def permit(
    name: str,
    parent: pulumi.Resource,
    role_name: pulumi.Input[str],
    log_group_name: pulumi.Input[str],
    key_arns: pulumi.Output[dict[str, str]],
    tracing: bool,
) -> aws.iam.RolePolicy:
    """Attach to the role what a token service needs: it signs with these keys, and writes to this log group."""
    statements: list[Mapping[str, object]] = [
        log_statement(parent, log_group_name),
        {
            "Sid": "SignTokens",
            "Effect": "Allow",
            "Action": "kms:Sign",
            "Resource": key_arns.apply(lambda arns: sorted(set(arns.values()))),
        },
    ]
    if tracing:
        actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        statements.append({"Sid": "SendTraces", "Effect": "Allow", "Action": actions, "Resource": "*"})
    return aws.iam.RolePolicy(
        f"{name}-policy",
        role=role_name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=pulumi.ResourceOptions(parent=parent),
    )
