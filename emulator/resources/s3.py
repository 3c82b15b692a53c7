"""S3: buckets with what commonly comes with them, and objects."""

from base64 import b64decode
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


def _put_policy(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.client("s3").put_bucket_policy(Bucket=inputs["bucket"], Policy=inputs["policy"])
    return inputs["bucket"], {}


BUCKET_POLICY = Handler(
    create=_put_policy,
    update=again(_put_policy),
    delete=lambda aws, policy: aws.client("s3").delete_bucket_policy(Bucket=policy.id),
    inputs=frozenset({"bucket", "policy"}),
    replace_on=frozenset({"bucket"}),
)

_ACCESS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _put_access_block(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.client("s3").put_public_access_block(
        Bucket=inputs["bucket"], PublicAccessBlockConfiguration=request(inputs, *_ACCESS)
    )
    return inputs["bucket"], {}


PUBLIC_ACCESS_BLOCK = Handler(
    create=_put_access_block,
    update=again(_put_access_block),
    delete=lambda aws, block: aws.client("s3").delete_public_access_block(Bucket=block.id),
    inputs=frozenset({"bucket"}),
    replace_on=frozenset({"bucket"}),
    defaults=dict.fromkeys(_ACCESS, False),
)


def _put_versioning(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    status = inputs["versioningConfiguration"]["status"]
    if status != "Disabled":  # a bucket begins without versioning, and cannot go back there
        aws.client("s3").put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": status})
    return inputs["bucket"], {}


def _suspend_versioning(aws: Aws, versioning: Deployed) -> None:
    if versioning.inputs["versioningConfiguration"]["status"] == "Enabled":
        aws.client("s3").put_bucket_versioning(Bucket=versioning.id, VersioningConfiguration={"Status": "Suspended"})


VERSIONING = Handler(
    create=_put_versioning,
    update=again(_put_versioning),
    delete=_suspend_versioning,
    inputs=frozenset({"bucket", "versioningConfiguration"}),
    replace_on=frozenset({"bucket"}),
)


def _put_ownership(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    controls: Any = {"Rules": [pascal(inputs["rule"])]}
    aws.client("s3").put_bucket_ownership_controls(Bucket=inputs["bucket"], OwnershipControls=controls)
    return inputs["bucket"], {}


OWNERSHIP_CONTROLS = Handler(
    create=_put_ownership,
    update=again(_put_ownership),
    delete=lambda aws, controls: aws.client("s3").delete_bucket_ownership_controls(Bucket=controls.id),
    inputs=frozenset({"bucket", "rule"}),
    replace_on=frozenset({"bucket"}),
)


def _put_encryption(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.client("s3").put_bucket_encryption(
        Bucket=inputs["bucket"],
        ServerSideEncryptionConfiguration={"Rules": [_encryption_rule(rule) for rule in inputs["rules"]]},
    )
    return inputs["bucket"], {}


def _encryption_rule(rule: Inputs) -> Any:
    names = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    applied = {names[name]: value for name, value in rule["applyServerSideEncryptionByDefault"].items()}
    others = {name: value for name, value in rule.items() if name != "applyServerSideEncryptionByDefault"}
    return {"ApplyServerSideEncryptionByDefault": applied, **pascal(others)}


ENCRYPTION = Handler(
    create=_put_encryption,
    update=again(_put_encryption),
    delete=lambda aws, encryption: aws.client("s3").delete_bucket_encryption(Bucket=encryption.id),
    inputs=frozenset({"bucket", "rules"}),
    replace_on=frozenset({"bucket"}),
)


def _put_lifecycle(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    rules: Any = [
        {"ID": rule["id"], **pascal({name: value for name, value in rule.items() if name != "id"})}
        for rule in inputs["rules"]
    ]
    aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": rules}
    )
    return inputs["bucket"], {}


LIFECYCLE = Handler(
    create=_put_lifecycle,
    update=again(_put_lifecycle),
    delete=lambda aws, lifecycle: aws.client("s3").delete_bucket_lifecycle(Bucket=lifecycle.id),
    inputs=frozenset({"bucket", "rules"}),
    replace_on=frozenset({"bucket"}),
)

_OBJECT = ("cacheControl", "contentDisposition", "contentEncoding", "contentLanguage", "contentType")


def _put_object(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    body = (inputs["content"] or "").encode()
    if inputs["source"]:
        body = inputs["source"].pack()
    elif inputs["contentBase64"]:
        body = b64decode(inputs["contentBase64"])
    s3, place = aws.client("s3"), request(inputs, "bucket", "key")
    answer = s3.put_object(Body=body, Metadata=inputs["metadata"], **place, **request(inputs, *_OBJECT))
    _tag_object(aws, inputs)
    return f"{inputs['bucket']}/{inputs['key']}", {
        "arn": f"arn:{PARTITION}:s3:::{inputs['bucket']}/{inputs['key']}",
        "etag": answer["ETag"].strip('"'),
        "versionId": answer.get("VersionId", ""),
    }


def _tag_object(aws: Aws, inputs: Inputs) -> None:
    if inputs["tags"]:
        tags: Any = {"TagSet": key_value_tags(inputs["tags"])}
        aws.client("s3").put_object_tagging(Tagging=tags, **request(inputs, "bucket", "key"))


def _update_object(aws: Aws, item: Deployed, new: Inputs) -> Outputs:
    """A change of the tags alone does not write the object again, which may have been written by others since."""
    if {**item.inputs, "tags": None} != {**new, "tags": None}:
        return _put_object(aws, new)[1]
    if not new["tags"]:
        aws.client("s3").delete_object_tagging(**request(new, "bucket", "key"))
    _tag_object(aws, new)
    return {}


def _delete_object(aws: Aws, item: Deployed) -> None:
    """With all of its versions."""
    s3, bucket, key = aws.client("s3"), item.inputs["bucket"], item.inputs["key"]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        for version in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
            if version["Key"] == key:
                s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])


OBJECT = Handler(
    create=_put_object,
    update=_update_object,
    delete=_delete_object,
    inputs=frozenset({"bucket", "key"}),
    replace_on=frozenset({"bucket", "key"}),
    defaults={
        **dict.fromkeys(_OBJECT),
        "content": None,
        "contentBase64": None,
        "metadata": {},
        "source": None,
        "sourceHash": None,
        "tags": {},
    },
)
