"""The boto3 client that reads public keys from KMS, with a time limit for each request as a whole."""

import os
import ssl
import time
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, cast

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config as ClientConfig
from botocore.httpsession import get_cert_path
from botocore.utils import get_environ_proxies

from ..runtime_keys import attempt, bounded_http

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


def kms_client() -> "KMSClient":
    """A boto3 client whose requests end within ``attempt.DEADLINE_SECONDS``: one attempt, at most two addresses."""
    config = ClientConfig(connect_timeout=0.7, read_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("kms", config=config)
    client.meta.events.register("before-send.kms.GetPublicKey", _send)  # type: ignore[arg-type] # its result is used
    return client


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    """Send botocore's signed request in place of botocore, whose timeouts apply to each address and each read."""
    if get_environ_proxies(request.url):
        return None  # botocore handles the proxy, which resolves the host's name
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    body, deadline = cast("bytes", request.body), time.monotonic() + attempt.DEADLINE_SECONDS
    answer = bounded_http.request("POST", request.url, headers, body, _tls(), deadline)
    # botocore's types require urllib3's response; it uses only ``stream``.
    return AWSResponse(request.url, answer.status, dict(answer.headers), _Body(answer.body))  # type: ignore[arg-type] # read only


class _Body(BytesIO):
    """A response body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


@cache
def _tls() -> ssl.SSLContext:
    """Trusts the same certificate authorities as botocore."""
    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or get_cert_path(True))
