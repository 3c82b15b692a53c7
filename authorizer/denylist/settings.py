"""Reading the ``denylist`` field of ``config.json``: which bucket has the denylist, and how often to read it."""

import re
from typing import NamedTuple

from ..config_fields import Fields

OBJECT_KEY = "denylist.json"
"""The name of the object in its bucket."""

EMPTY_DOCUMENT = '{"version": 1}\n'
"""What the object contains at first (``document``)."""

DEFAULT_REFRESH_SECONDS = 60
MAX_REFRESH_SECONDS = 3600
DEFAULT_MAX_STALE_SECONDS = 900

_BUCKET = re.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, without dots: the certificate of S3 does not
cover the host names of buckets that have some."""


class DenylistSettings(NamedTuple):
    """The ``denylist`` field of ``config.json``."""

    bucket: str
    refresh_seconds: int
    max_stale_seconds: int


def read_settings(fields: Fields) -> DenylistSettings:
    """Read the field ``denylist``; errors are recorded in ``fields``."""
    denylist = fields.object("denylist")
    denylist.only(("bucket", "refresh_seconds", "max_stale_seconds"))
    bucket = denylist.name("bucket")
    if bucket and not _BUCKET.fullmatch(bucket):
        denylist.fault(
            f"must be the name of an S3 bucket without dots, such as orders-denylist, and is {bucket!r}", "bucket"
        )
    refresh_seconds = denylist.integer("refresh_seconds", DEFAULT_REFRESH_SECONDS, 1, MAX_REFRESH_SECONDS, "seconds")
    max_stale_seconds = denylist.integer("max_stale_seconds", DEFAULT_MAX_STALE_SECONDS, 60, 86400, "seconds")
    if max_stale_seconds < refresh_seconds:
        denylist.fault(
            f"must not be less than refresh_seconds, {refresh_seconds}, and is {max_stale_seconds}", "max_stale_seconds"
        )
    return DenylistSettings(bucket, refresh_seconds, max_stale_seconds)
