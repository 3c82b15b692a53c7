"""The denylist in its bucket: read, and written only if it is still what was read."""

import time
from typing import Any

from botocore.exceptions import ClientError

from ..command import CommandError
from ..packages.authorizer import DENYLIST_OBJECT_KEY, ConfigError, Denylist, parse_denylist
from .changes import Change, changed, document_of

ATTEMPTS = 20
"""To write, where others write at the same time."""

_CHANGED_MEANWHILE = ("PreconditionFailed", "ConditionalRequestConflict")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


class Bucket:
    """The bucket ``name``, through ``s3``, a boto3 client. Raises ``CommandError``, and botocore's errors without an answer."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._place = {"Bucket": name, "Key": DENYLIST_OBJECT_KEY}

    def read(self) -> Denylist:
        """The denylist."""
        return self._read()[0]

    def change(self, change: Change) -> Denylist:
        """Change the denylist and return it. If others have done so meanwhile, ``change`` is applied to what they wrote."""
        for _ in range(ATTEMPTS):
            denylist, etag = self._read()
            new = changed(denylist, change, time.time())
            if self._written(new, etag):
                return new
        raise CommandError(f"somebody else has changed the denylist {ATTEMPTS} times meanwhile: try again")

    def _read(self) -> tuple[Denylist, str]:
        try:
            answer = self._s3.get_object(**self._place)
        except ClientError as fault:
            raise self._refused(fault, "read") from None
        try:
            return parse_denylist(answer["Body"].read()), answer["ETag"]
        except ConfigError as fault:
            raise CommandError(f"{self._uri} is not valid, so that authorizers keep their last copy: {fault}") from None

    def _written(self, denylist: Denylist, etag: str) -> bool:
        """Whether it was still what has this ``etag``."""
        body = document_of(denylist)
        try:
            self._s3.put_object(**self._place, Body=body, ContentType="application/json", IfMatch=etag)
        except ClientError as fault:
            if fault.response["Error"]["Code"] in _CHANGED_MEANWHILE:
                return False
            raise self._refused(fault, "written") from None
        return True

    def _refused(self, fault: ClientError, what: str) -> CommandError:
        code = fault.response["Error"]["Code"]
        hint = {
            "AccessDenied": "s3:GetObject and s3:PutObject are needed, and the object, which the component Denylist creates",
            "NoSuchBucket": "the component Denylist creates it: check --bucket, --profile and --region",
            "NoSuchKey": "the component Denylist creates it: run `pulumi up`",
        }.get(code)
        return CommandError(f"{self._uri} cannot be {what}: {code}" + (f": {hint}" if hint else ""))

    @property
    def _uri(self) -> str:
        return f"s3://{self._place['Bucket']}/{self._place['Key']}"
