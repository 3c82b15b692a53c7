"""The boto3 client with which the service asks KMS for signatures: it gives up before API Gateway and Lambda do."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

MIN_TIMEOUT_SECONDS = 10
"""The minimum timeout of the function: a request for a signature takes at most two attempts of three seconds, and a second
between them. API Gateway waits for 30 seconds."""


def kms_client(key_arn: str) -> "KMSClient":
    """A client in the region of ``key_arn``, whose calls end within seconds. What KMS throttles is sent once more."""
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("kms", region_name=key_arn.split(":")[3], config=config)
