"""Calls the API as the AWS role that this runs with: as a Lambda function, or at a terminal."""

import os
import sys
import urllib.error
import urllib.request
from typing import Any

import boto3


def token(audience: str) -> str:
    """A token for ``audience``, signed by AWS STS for the role whose credentials are in effect. It lives for five minutes."""
    sts = boto3.client("sts")  # the region is configured: STS's global endpoint does not have this operation
    answer = sts.get_web_identity_token(Audience=[audience], SigningAlgorithm="ES384", DurationSeconds=300)
    return answer["WebIdentityToken"]


def call(url: str, audience: str, method: str = "GET") -> dict[str, Any]:
    """The status and the body of the API's response."""
    headers = {"Authorization": f"Bearer {token(audience)}"}
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310 - your own URL
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return {"status": response.status, "body": response.read().decode()}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read().decode()}


def handler(event: dict[str, str], context: object) -> dict[str, Any]:
    """For Lambda. ``event`` may have another ``method`` than GET."""
    return call(os.environ["URL"], os.environ["AUDIENCE"], event.get("method", "GET"))


if __name__ == "__main__":
    print(call(*sys.argv[1:]))  # URL, audience
