"""AuthorizerRole: the execution role of the authorizer, with the least it can work with."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .names import check_name
from .validation import Faults, check_shape


class AuthorizerRoleArgs(TypedDict):
    """What the authorizer may do."""

    log_group_name: str
    """The log group it may write to, and no other."""
    kms_key_arns: NotRequired[list[pulumi.Input[str]]]
    """The KMS keys whose public keys it may read. Default none: pinned keys need no permission."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the role."""


class AuthorizerRole(pulumi.ComponentResource):
    """A least-privilege execution role: its own log group and, only where keys are read at run time, those keys."""

    role_arn: pulumi.Output[str]
    """ARN of the role. It is known once the policy is attached."""
    role_name: pulumi.Output[str]
    """Name of the role."""

    def __init__(self, name: str, args: AuthorizerRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        faults = Faults(f'AuthorizerRole "{name}"')
        args = check_shape(args, AuthorizerRoleArgs, faults)
        check_name(name, "-iam", faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:AuthorizerRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-iam",
            description="Execution role of an API Gateway authorizer",
            assume_role_policy=pulumi.Output.json_dumps(_TRUST_POLICY),
            tags=args.get("tags"),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy", role=role.name, policy=pulumi.Output.json_dumps(self._permissions(args)), opts=child
        )
        # A function made before its permissions would lose its first log lines.
        self.role_arn = pulumi.Output.all(role.arn, policy.id).apply(lambda values: str(values[0]))
        self.role_name = role.name
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name})

    def _permissions(self, args: AuthorizerRoleArgs) -> dict[str, object]:
        invoke = pulumi.InvokeOutputOptions(parent=self)
        log_group = pulumi.Output.format(
            "arn:{0}:logs:{1}:{2}:log-group:{3}:*",
            aws.get_partition_output(opts=invoke).partition,
            aws.get_region_output(opts=invoke).region,
            aws.get_caller_identity_output(opts=invoke).account_id,
            args["log_group_name"],
        )
        # Not logs:CreateLogGroup: the group exists already, with its retention, and must not come back once deleted.
        statements: list[dict[str, object]] = [
            {
                "Sid": "WriteOwnLog",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": log_group,
            }
        ]
        if key_arns := args.get("kms_key_arns"):
            statements.append(
                {"Sid": "ReadPublicKeys", "Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": key_arns}
            )
        return {"Version": "2012-10-17", "Statement": statements}


_TRUST_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
