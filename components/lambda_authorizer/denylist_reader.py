"""How the authorizer reads a denylist: the input, and what it requires of the function."""

from typing import NotRequired, TypedDict

import pulumi


class DenylistReaderArgs(TypedDict):
    """The denylist that the authorizer reads at run time. Where it cannot be read for too long, every request is denied."""

    bucket: pulumi.Input[str]
    """Name of the bucket, such as the output `bucket_name` of a `Denylist`, in the region of the API and its account."""
    refresh_seconds: NotRequired[int]
    """How often the denylist is read, 1 to 3600 seconds: at most this long a revoked token is allowed, and then until its
    cached response expires. Default: 60."""
    max_stale_seconds: NotRequired[int]
    """How long the last copy is used if the denylist cannot be read, 60 to 86400 seconds, and not less than
    `refresh_seconds`. Default: 900."""


STAND_IN_BUCKET = "not-known-yet"


def with_stand_in(denylist: DenylistReaderArgs) -> DenylistReaderArgs:
    """``denylist`` with a placeholder for a bucket that is not known yet."""
    bucket = denylist.get("bucket")
    return {**denylist, "bucket": bucket if isinstance(bucket, str) else STAND_IN_BUCKET}
