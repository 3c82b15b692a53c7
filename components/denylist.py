"""Denylist: an S3 bucket with one object, which names revoked tokens, clients, subjects and keys."""

import json
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, Unpack, overload

import pulumi
import pulumi_aws as aws

from .contract import DENYLIST_OBJECT_KEY, EMPTY_DENYLIST
from .faults import Faults
from .names import check_logical_name
from .validation import NO_ARGS, check_shape, given

OLD_VERSIONS_DAYS = 365
"""How long earlier versions of the document are kept: they say who was revoked when."""


@dataclass(frozen=True)
class DenylistNodes:
    """The resources of a `Denylist`."""

    bucket: "aws.s3.Bucket"
    """The bucket."""
    document: "aws.s3.BucketObjectv2"
    """The first version of the object."""
    public_access_block: "aws.s3.BucketPublicAccessBlock"
    """What blocks public access."""
    ownership_controls: "aws.s3.BucketOwnershipControls"
    """What excludes access control lists."""
    encryption: "aws.s3.BucketServerSideEncryptionConfiguration"
    """The encryption of the bucket."""
    versioning: "aws.s3.BucketVersioning"
    """The versioning of the bucket."""
    lifecycle: "aws.s3.BucketLifecycleConfiguration"
    """What deletes old versions."""
    policy: "aws.s3.BucketPolicy"
    """The bucket policy: TLS only."""


class DenylistArgs(TypedDict):
    """The bucket of a denylist."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for the bucket."""


class Denylist(pulumi.ComponentResource):
    """A denylist for any number of APIs: a bucket with one object, which `kms-jwt revoke` changes without a deployment.

    The bucket is versioned, encrypted and reached over TLS only; public access is blocked, and it has no access control lists.
    """

    bucket_name: pulumi.Output[str]
    """Name of the bucket, for the input `denylist` of the APIs. Known once the denylist can be read."""
    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""
    object_key: pulumi.Output[str]
    """Key of the object in the bucket."""

    @overload
    def __init__(self, name: str, args: DenylistArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[DenylistArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: DenylistArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``DenylistArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'Denylist "{name}"')
        args = check_shape(given(args, inputs, faults), DenylistArgs, faults)
        check_bucket_name(name, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:Denylist", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.nodes: DenylistNodes = _resources(
            name, aws.s3.Bucket(f"{name}-bucket", tags=args.get("tags"), opts=child), child
        )
        """The resources inside."""
        bucket, document = self.nodes.bucket, self.nodes.document
        self.bucket_name = pulumi.Output.all(bucket.bucket, document.id).apply(lambda values: str(values[0]))
        self.bucket_arn = bucket.arn
        self.object_key = document.key
        self.register_outputs(
            {"bucketName": self.bucket_name, "bucketArn": self.bucket_arn, "objectKey": self.object_key}
        )


def check_bucket_name(name: str, faults: Faults) -> None:
    """Record an error for a component name of which no name of a bucket can be made."""
    check_logical_name(name, faults)
    if len(name) > _MAX_NAME:
        faults.below("name").add(f"must have at most {_MAX_NAME} characters, and {name!r} has {len(name)}")
    if name != name.lower() or "_" in name:
        faults.below("name").add(
            f"must be lower-case letters, digits and '-', as the name of a bucket, and is {name!r}"
        )


_MAX_NAME = 63 - len("-bucket-0123456")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, less what is appended."""


# Names of aws.s3 in quotes, and these two in the function: importing it costs more than importing all that is ours.
def _resources(name: str, bucket: "aws.s3.Bucket", opts: pulumi.ResourceOptions) -> DenylistNodes:
    """The bucket's protection, and then the object."""
    encryption_args = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    expiration_args = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs
    blocked = aws.s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    owner = aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.bucket,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=opts,
    )
    encryption = aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.bucket,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=encryption_args(sse_algorithm="AES256")
            )
        ],
        opts=opts,
    )
    versioning = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.bucket,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=opts,
    )
    lifecycle = aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=versioning.bucket,  # the rule is about versions
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="old-versions",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                noncurrent_version_expiration=expiration_args(noncurrent_days=OLD_VERSIONS_DAYS),
            )
        ],
        opts=opts,
    )
    policy = aws.s3.BucketPolicy(
        f"{name}-policy",
        # S3 makes one change of a bucket's access at a time.
        bucket=blocked.bucket,
        policy=bucket.arn.apply(_tls_only),
        opts=opts,
    )
    document = aws.s3.BucketObjectv2(
        f"{name}-document",
        bucket=bucket.bucket,
        key=DENYLIST_OBJECT_KEY,
        content=EMPTY_DENYLIST,
        # Only the first version is written here: without it S3 would answer that reading it is forbidden. No other input of
        # the object is set: where one differs, after `pulumi refresh` say, the provider uploads all, this content too.
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(depends_on=[owner, encryption, lifecycle, policy], ignore_changes=["content"]),
        ),
    )
    return DenylistNodes(bucket, document, blocked, owner, encryption, versioning, lifecycle, policy)


def _tls_only(bucket_arn: str) -> str:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"""
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
