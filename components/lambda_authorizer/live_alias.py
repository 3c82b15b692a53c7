"""The alias ``live``, through which API Gateway invokes a Lambda function: always a published version.

A function is updated in two steps, its configuration and then its code, and between them the unpublished version is neither
the old nor the new one. A published version never changes, and the alias moves from one to the next in a single step. Since
there is always an alias, its ARN, the URI and the permission remain the same when the function's settings change.
"""

from typing import NamedTuple

import pulumi
import pulumi_aws as aws

ALIAS = "live"


class LiveAlias(NamedTuple):
    """The alias, and what is initialized for it."""

    alias: aws.lambda_.Alias
    provisioned_concurrency: aws.lambda_.ProvisionedConcurrencyConfig | None


def create_live_alias(
    name: str,
    function: aws.lambda_.Function,
    opts: pulumi.ResourceOptions,
    provisioned_concurrency: int | None = None,
) -> LiveAlias:
    """The alias of ``function``, which must be published, with ``provisioned_concurrency`` initialized environments.

    They belong to the version, not to the alias: so those of the new version are ready before the alias moves to it, those of
    the old one remain until then, and the alias may move to a version with SnapStart, which excludes them.
    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    warm = None
    if provisioned_concurrency is not None:
        warm = aws.lambda_.ProvisionedConcurrencyConfig(
            f"{name}-provisioned",
            function_name=function.name,
            qualifier=function.version,
            provisioned_concurrent_executions=provisioned_concurrency,
            opts=opts,
        )
    alias = aws.lambda_.Alias(
        f"{name}-alias",
        name=ALIAS,
        function_name=function.name,
        function_version=function.version,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[warm] if warm else [])),
    )
    return LiveAlias(alias, warm)
