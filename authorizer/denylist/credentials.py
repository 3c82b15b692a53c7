"""The credentials of the execution role, as Lambda hands them to the function.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html; functions with SnapStart read them from a server in
their own environment, since those in a snapshot would have expired:
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html
"""

import os

from .. import strict_json
from ..runtime_keys import bounded_http
from ..runtime_keys.fetch import tls
from .sigv4 import Credentials


class NoCredentials(Exception):
    """There are none, or they cannot be read."""


def role_credentials(deadline: float) -> Credentials:
    """The current credentials, read before ``deadline`` (``time.monotonic``).

    Raises ``NoCredentials``, ``OSError`` or ``http.client.HTTPException``.
    """
    environment = os.environ.get
    if url := environment("AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        return _of_container(url, environment("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""), deadline)
    key_id, secret = environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY")
    if not key_id or not secret:
        raise NoCredentials
    return Credentials(key_id, secret, environment("AWS_SESSION_TOKEN", ""))


def _of_container(url: str, authorization: str, deadline: float) -> Credentials:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""
    answer = bounded_http.request("GET", url, {"Authorization": authorization}, b"", tls(), deadline)
    if answer.status != 200:
        raise NoCredentials
    try:
        found = strict_json.loads(answer.body)
    except ValueError:
        raise NoCredentials from None
    values = [found.get(name) for name in ("AccessKeyId", "SecretAccessKey", "Token")]
    if not all(isinstance(value, str) and value for value in values):
        raise NoCredentials
    return Credentials(*map(str, values))
