"""Signing one GET request with AWS Signature Version 4. boto3 would take several times as long to import as all of the
authorizer, and more memory than its target.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple


class Credentials(NamedTuple):
    """Temporary credentials of the execution role, or those of a user, without a token."""

    access_key_id: str
    secret_access_key: str
    session_token: str


NO_BODY = sha256(b"").hexdigest()
"""The hash of an empty payload."""


def signed_get(
    host: str, path: str, headers: Mapping[str, str], region: str, credentials: Credentials, now: float
) -> dict[str, str]:
    """The headers to send with GET ``path`` to S3 at ``host``: ``headers``, whose names are in lower case, and the signature.

    ``path`` is encoded as it is sent. ``Host`` is signed, and to be sent, as ``host``. ``now`` is in seconds since the epoch.
    """
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    sent = {**headers, "x-amz-content-sha256": NO_BODY, "x-amz-date": moment}
    if credentials.session_token:
        sent["x-amz-security-token"] = credentials.session_token
    signed = sorted({**sent, "host": host}.items())
    names = ";".join(name for name, _ in signed)
    lines = ["GET", path, "", *(f"{name}:{value}" for name, value in signed), "", names, NO_BODY]
    digest = sha256("\n".join(lines).encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    sent["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sent
