"""S3: objects in buckets."""

from base64 import b64decode
from typing import Any

from ..aws import PARTITION, Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request

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
