"""The alias ``live``: what API Gateway calls of a Lambda function, always a published version.

A function changes in two steps, its configuration and then its code, and between them the unpublished function is neither the
old nor the new one. A published version never changes, and the alias moves from one to the next in a single step. Since
there is an alias in any case, its ARN, the URI and the permission stay as they are whatever the function's settings become.
"""

import pulumi
import pulumi_aws as aws

ALIAS = "live"


def create_live_alias(
    name: str,
    function: aws.lambda_.Function,
    opts: pulumi.ResourceOptions,
    provisioned_concurrency: int | None = None,
) -> aws.lambda_.Alias:
    """The alias of ``function``, which must be published; ``provisioned_concurrency`` environments of it are kept warm.

    They belong to the version and not to the alias: so the new version is warm before the alias moves to it, the old one
    stays warm until then, and the alias may move to a version with SnapStart, which Lambda does not provision.
    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    warm = []
    if provisioned_concurrency is not None:
        warm = [
            aws.lambda_.ProvisionedConcurrencyConfig(
                f"{name}-provisioned",
                function_name=function.name,
                qualifier=function.version,
                provisioned_concurrent_executions=provisioned_concurrency,
                opts=opts,
            )
        ]
    return aws.lambda_.Alias(
        f"{name}-alias",
        name=ALIAS,
        function_name=function.name,
        function_version=function.version,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=warm)),
    )
