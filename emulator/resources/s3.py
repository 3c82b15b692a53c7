"""S3: buckets, and the settings of a bucket, which are resources of their own."""

from collections.abc import Callable
from typing import Any

from ..aws import DEFAULT_REGION, PARTITION, Aws
from .handler import Deployed, Handler, Inputs, Outputs, again, key_value_tags, pascal, request


def _create_bucket(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["bucket"]
    # The API has no name for its first region.
    place: Any = (
        {} if aws.region == DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    )
    aws.client("s3").create_bucket(Bucket=name, ObjectLockEnabledForBucket=inputs["objectLockEnabled"], **place)
    _tag_bucket(aws, name, inputs["tags"])
    return name, {
        "arn": f"arn:{PARTITION}:s3:::{name}",
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": aws.region,
        "bucketRegionalDomainName": f"{name}.s3.{aws.region}.amazonaws.com",
    }


def _tag_bucket(aws: Aws, name: str, tags: dict[str, str]) -> None:
    if tags:
        aws.client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": key_value_tags(tags)})


def _update_bucket(aws: Aws, bucket: Deployed, new: Inputs) -> Outputs:
    _tag_bucket(aws, bucket.id, new["tags"])
    if not new["tags"]:
        aws.client("s3").delete_bucket_tagging(Bucket=bucket.id)
    return {}


def _delete_bucket(aws: Aws, bucket: Deployed) -> None:
    s3 = aws.client("s3")
    if bucket.inputs["forceDestroy"]:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket.id):
            for item in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                s3.delete_object(Bucket=bucket.id, Key=item["Key"], VersionId=item["VersionId"])
    s3.delete_bucket(Bucket=bucket.id)


BUCKET = Handler(
    create=_create_bucket,
    update=_update_bucket,
    delete=_delete_bucket,
    inputs=frozenset({"bucket"}),
    replace_on=frozenset({"bucket", "objectLockEnabled"}),
    defaults={"forceDestroy": False, "objectLockEnabled": False, "tags": {}},
    auto_name="bucket",
    auto_name_lower=True,
)


def _setting(
    put: Callable[[Aws, Inputs], object], delete: Callable[[Aws, Deployed], object], *inputs: str, **defaults: Any
) -> Handler:
    """The handler of a setting, of which a bucket has one: created and changed by ``put``, with the bucket's name as its id."""

    def create(aws: Aws, new: Inputs) -> tuple[str, Outputs]:
        put(aws, new)
        return new["bucket"], {}

    return Handler(
        create=create,
        update=again(create),
        delete=delete,
        inputs=frozenset({"bucket", *inputs}),
        replace_on=frozenset({"bucket"}),
        defaults=defaults,
    )


def _put_policy(aws: Aws, inputs: Inputs) -> None:
    aws.client("s3").put_bucket_policy(Bucket=inputs["bucket"], Policy=inputs["policy"])


BUCKET_POLICY = _setting(
    _put_policy, lambda aws, policy: aws.client("s3").delete_bucket_policy(Bucket=policy.id), "policy"
)

_ACCESS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _put_access_block(aws: Aws, inputs: Inputs) -> None:
    aws.client("s3").put_public_access_block(
        Bucket=inputs["bucket"], PublicAccessBlockConfiguration=request(inputs, *_ACCESS)
    )


PUBLIC_ACCESS_BLOCK = _setting(
    _put_access_block,
    lambda aws, block: aws.client("s3").delete_public_access_block(Bucket=block.id),
    **dict.fromkeys(_ACCESS, False),
)


def _put_versioning(aws: Aws, inputs: Inputs) -> None:
    status = inputs["versioningConfiguration"]["status"]
    if status != "Disabled":  # a bucket begins without versioning, and cannot go back there
        aws.client("s3").put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": status})


def _suspend_versioning(aws: Aws, versioning: Deployed) -> None:
    if versioning.inputs["versioningConfiguration"]["status"] == "Enabled":
        aws.client("s3").put_bucket_versioning(Bucket=versioning.id, VersioningConfiguration={"Status": "Suspended"})


VERSIONING = _setting(_put_versioning, _suspend_versioning, "versioningConfiguration")


def _put_ownership(aws: Aws, inputs: Inputs) -> None:
    controls: Any = {"Rules": [pascal(inputs["rule"])]}
    aws.client("s3").put_bucket_ownership_controls(Bucket=inputs["bucket"], OwnershipControls=controls)


OWNERSHIP_CONTROLS = _setting(
    _put_ownership, lambda aws, controls: aws.client("s3").delete_bucket_ownership_controls(Bucket=controls.id), "rule"
)


def _put_encryption(aws: Aws, inputs: Inputs) -> None:
    aws.client("s3").put_bucket_encryption(
        Bucket=inputs["bucket"],
        ServerSideEncryptionConfiguration={"Rules": [_encryption_rule(rule) for rule in inputs["rules"]]},
    )


def _encryption_rule(rule: Inputs) -> Any:
    names = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    applied = {names[name]: value for name, value in rule["applyServerSideEncryptionByDefault"].items()}
    others = {name: value for name, value in rule.items() if name != "applyServerSideEncryptionByDefault"}
    return {"ApplyServerSideEncryptionByDefault": applied, **pascal(others)}


ENCRYPTION = _setting(
    _put_encryption, lambda aws, encryption: aws.client("s3").delete_bucket_encryption(Bucket=encryption.id), "rules"
)


def _put_lifecycle(aws: Aws, inputs: Inputs) -> None:
    rules: Any = [
        {"ID": rule["id"], **pascal({name: value for name, value in rule.items() if name != "id"})}
        for rule in inputs["rules"]
    ]
    aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": rules}
    )


LIFECYCLE = _setting(
    _put_lifecycle, lambda aws, lifecycle: aws.client("s3").delete_bucket_lifecycle(Bucket=lifecycle.id), "rules"
)
