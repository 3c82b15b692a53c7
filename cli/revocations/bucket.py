"""The denylist in its bucket: read, and written only if it is still what was read."""

from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from ..command import CommandError
from ..packages.authorizer import DENYLIST_OBJECT_KEY, ConfigError, Denylist, parse_denylist
from .changes import Change, changed, document_of

ATTEMPTS = 20
"""To write, where others write at the same time."""

_CHANGED_MEANWHILE = ("PreconditionFailed", "ConditionalRequestConflict")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


class _Copy(NamedTuple):
    """What S3 has answered."""

    denylist: Denylist
    etag: str
    now: float
    """The time on S3's clock, in seconds since the epoch."""


class Bucket:
    """The bucket ``name``, through ``s3``, a boto3 client. Raises ``CommandError``, and botocore's errors without an answer."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._place = {"Bucket": name, "Key": DENYLIST_OBJECT_KEY}

    def read(self) -> Denylist:
        """The denylist."""
        return self._read().denylist

    def now(self) -> float:
        """The time on S3's clock, in seconds since the epoch.

        With a clock that is behind, tokens that were issued meanwhile would not be revoked, and nobody would notice: botocore
        corrects it only for its signatures.
        """
        return self._read().now

    def change(self, change: Change) -> Denylist:
        """Change the denylist and return it. If others have done so meanwhile, ``change`` is applied to what they wrote."""
        new = None
        for _ in range(ATTEMPTS):
            copy = self._read()
            if (
                copy.denylist == new
            ):  # it was written: only the answer was lost, and botocore's next attempt came too late
                return new
            new = changed(copy.denylist, change, copy.now)
            if self._written(new, copy.etag):
                return new
        raise CommandError(f"somebody else has changed the denylist {ATTEMPTS} times meanwhile: try again")

    def _read(self) -> _Copy:
        try:
            answer = self._s3.get_object(**self._place)
        except ClientError as fault:
            raise self._refused(fault, "read") from None
        try:
            denylist = parse_denylist(answer["Body"].read())
        except ConfigError as fault:
            raise CommandError(
                f"{self._uri} is not valid, so that authorizers keep their last copy, and at last deny everything: copy an "
                f"earlier version over it: {fault}"
            ) from None
        date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return _Copy(denylist, answer["ETag"], date.timestamp())

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
