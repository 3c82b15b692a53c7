"""The resources inside ``AuthorizerFunction`` and ``JwtAuthorizer``, for what has no input."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True)
class AuthorizerFunctionNodes:
    """The resources of an `AuthorizerFunction`."""

    function: aws.lambda_.Function
    """The Lambda function."""
    alias: aws.lambda_.Alias
    """The alias `live`, which API Gateway invokes."""
    log_group: aws.cloudwatch.LogGroup | None
    """The log group. `None` with `function.log_group_name`."""
    provisioned_concurrency: aws.lambda_.ProvisionedConcurrencyConfig | None
    """The initialized execution environments. `None` without `function.provisioned_concurrency`."""


@dataclass(frozen=True)
class JwtAuthorizerNodes:
    """The resources of a `JwtAuthorizer`. Those of the function are `None` with `function_arn`."""

    authorizer: aws.apigatewayv2.Authorizer
    """The authorizer of the API."""
    permission: aws.lambda_.Permission
    """The permission of the authorizer to invoke the function."""
    function: aws.lambda_.Function | None
    """The Lambda function."""
    alias: aws.lambda_.Alias | None
    """The alias `live` of the function."""
    log_group: aws.cloudwatch.LogGroup | None
    """The log group of the function. `None` with `function.log_group_name`, too."""
    provisioned_concurrency: aws.lambda_.ProvisionedConcurrencyConfig | None
    """The initialized execution environments. `None` without `function.provisioned_concurrency`, too."""
    role: aws.iam.Role | None
    """The execution role of the function. `None` with `role.arn`, too."""
    role_policies: Mapping[str, aws.iam.RolePolicy]
    """The inline policies of that role by the last part of their names: `policy`; `kms` with keys read at run time, `denylist`
    with a `denylist`, and `vpc` with `function.vpc`."""


@dataclass(frozen=True)
class FunctionNodes:
    """The resources of a Lambda function that answers in place of a backend."""

    function: aws.lambda_.Function
    """The Lambda function."""
    alias: aws.lambda_.Alias
    """The alias `live`, which API Gateway invokes."""
    log_group: aws.cloudwatch.LogGroup | None
    """The log group. `None` if the function does not log."""
    role: aws.iam.Role
    """The execution role."""
    role_policies: Mapping[str, aws.iam.RolePolicy]
    """Its inline policies by the last part of their names: `policy`, if the function logs."""
