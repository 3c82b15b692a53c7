"""Calls the API as the AWS identity that this runs with. Usage: python call.py URL AUDIENCE"""

import sys
import urllib.error
import urllib.request

import boto3


def token(audience: str) -> str:
    """A token for ``audience``, signed by AWS STS for the role whose credentials are in effect. It lives for five minutes."""
    sts = boto3.client("sts")  # the region is configured: STS's global endpoint does not have this operation
    answer = sts.get_web_identity_token(Audience=[audience], SigningAlgorithm="ES384", DurationSeconds=300)
    return answer["WebIdentityToken"]


def main(url: str, audience: str) -> int:
    """Print the response; the result is 0 if the request was allowed."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token(audience)}"})  # noqa: S310 - your own URL
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            print(response.status, response.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
