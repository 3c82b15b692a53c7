"""boto3 clients for one region of the emulator, typed for the services that this project uses most."""

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sts import STSClient

DEFAULT_REGION = "us-east-1"
PARTITION = "aws"

ROOT_CREDENTIAL = "test"
"""Access key id and secret access key of the emulated account's root user. MiniStack knows it; it is not a secret."""

# Loopback calls never go through a proxy, and a failed call is not repeated. A call may take long: to delete a function that
# was called often, MiniStack ends dozens of workers one after the other. The time to connect limits the sending of a body too.
# botocore would make up a user agent for every call, out of what it finds on this machine.
_CONFIG = Config(
    proxies={}, retries={"total_max_attempts": 1}, connect_timeout=300, read_timeout=300, user_agent="kms-jwt"
)

# The user's own profiles, files and endpoints must not reach the emulator, nor break it.
_NOTHING_FROM_OUTSIDE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Aws:
    """The AWS services at ``endpoint`` in ``region``. Clients are created when first used, and kept.

    ``client("ssm")`` is a boto3 client, ``account`` the number of the account, ``arn("ssm", "parameter/a")`` an ARN in this
    region; ``in_region`` returns the same for another region.
    """

    def __init__(self, endpoint: str, region: str, in_region: Callable[[str], "Aws"]) -> None:
        self.endpoint = endpoint
        self.region = region
        self.in_region = in_region
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._account = ""
        self._session = boto3.Session(
            aws_access_key_id=ROOT_CREDENTIAL,
            aws_secret_access_key=ROOT_CREDENTIAL,
            region_name=region,
            botocore_session=botocore.session.Session(session_vars=_NOTHING_FROM_OUTSIDE),
        )

    def client(self, service: str) -> Any:
        """The boto3 client of ``service``, named as boto3 names it."""
        with self._lock:  # a session may not make two clients at once
            if service not in self._clients:
                client = self._session.client(cast("Any", service), endpoint_url=self.endpoint, config=_CONFIG)
                client.meta.events.register("before-send", _close_afterwards)
                self._clients[service] = client
            return self._clients[service]

    def close(self) -> None:
        """Closes the connections of every client made so far."""
        for client in self._clients.values():
            client.close()

    @property
    def account(self) -> str:
        """The number of the account that the credentials belong to."""
        if not self._account:
            self._account = self.sts.get_caller_identity()["Account"]
        return self._account

    def arn(self, service: str, resource: str, account: str | None = None) -> str:
        """The ARN of ``resource`` in this region. ``account`` is ``""`` for formats without one."""
        owner = self.account if account is None else account
        return f"arn:{PARTITION}:{service}:{self.region}:{owner}:{resource}"

    @property
    def apigatewayv2(self) -> "ApiGatewayV2Client":
        """HTTP APIs."""
        return cast("ApiGatewayV2Client", self.client("apigatewayv2"))

    @property
    def iam(self) -> "IAMClient":
        """Roles and policies."""
        return cast("IAMClient", self.client("iam"))

    @property
    def kms(self) -> "KMSClient":
        """Keys."""
        return cast("KMSClient", self.client("kms"))

    @property
    def lambda_(self) -> "LambdaClient":
        """Functions."""
        return cast("LambdaClient", self.client("lambda"))

    @property
    def logs(self) -> "CloudWatchLogsClient":
        """Log groups."""
        return cast("CloudWatchLogsClient", self.client("logs"))

    @property
    def sts(self) -> "STSClient":
        """Who is calling."""
        return cast("STSClient", self.client("sts"))


def _close_afterwards(request: Any, **_: object) -> None:
    """MiniStack closes connections that were idle for 75 seconds, sometimes just when the next request is being sent."""
    request.headers["Connection"] = "close"
