"""Reading the object with the denylist from S3. Imported in the first refresh, like all that speaks HTTP."""

import os
import time
from urllib.parse import urlsplit

from ..runtime_keys import bounded_http
from ..runtime_keys.bounded_http import Answer
from ..runtime_keys.fetch import tls
from .credentials import role_credentials
from .settings import OBJECT_KEY
from .sigv4 import signed_get

_SUFFIXES = {
    "cn": "amazonaws.com.cn",
    "eusc-de": "amazonaws.eu",
    "us-iso": "c2s.ic.gov",
    "us-isob": "sc2s.sgov.gov",
    "eu-isoe": "cloud.adc-e.uk",
    "us-isof": "csp.hci.ic.gov",
}
"""Of the host names in partitions of their own, by what their regions begin with (``partitions.json`` of AWS's SDKs)."""


def read_object(bucket: str, etag: str | None, deadline: float) -> Answer:
    """The answer to GetObject before ``deadline`` (``time.monotonic``); 304 if the object still has this ``etag``.

    Raises ``NoCredentials``, ``OSError`` or ``http.client.HTTPException``.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    region = os.environ.get("AWS_REGION", "")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:  # an emulator, which is not reached by the names of buckets
        host, path = urlsplit(endpoint).netloc, f"/{bucket}/{OBJECT_KEY}"
    else:
        suffix = _SUFFIXES.get(region.rsplit("-", 2)[0], "amazonaws.com")
        host, path = f"{bucket}.s3.{region}.{suffix}", f"/{OBJECT_KEY}"
        endpoint = f"https://{host}"
    condition = {} if etag is None else {"if-none-match": etag}
    headers = signed_get(host, path, condition, region, role_credentials(deadline), time.time())
    return bounded_http.request("GET", endpoint.rstrip("/") + path, headers, b"", tls(), deadline)
