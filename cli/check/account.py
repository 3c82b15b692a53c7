"""Read calls to AWS. One that is not allowed says which permission is missing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .row import NotChecked
from .sender import Deadline

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})

_NOT_FOUND = frozenset({"NotFoundException", "ResourceNotFoundException", "NoSuchEntity"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


class NotFound(Exception):
    """AWS does not know what was asked for."""


class Account:
    """The clients of one account and region, each made by ``client_of`` when it is first used."""

    def __init__(self, kms: "KMSClient", client_of: Callable[[str], Any]) -> None:
        self.kms = kms
        self._client_of = client_of
        self._clients: dict[str, Any] = {}
        self._deadline: Deadline | None = None

    @contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """Within the block no call begins after ``deadline``: it raises ``NotChecked``."""
        self._deadline = deadline
        for client in (self.kms, *self._clients.values()):
            client.meta.events.register("before-call", self._in_time)
        try:
            yield
        finally:
            for client in (self.kms, *self._clients.values()):
                client.meta.events.unregister("before-call", self._in_time)
            self._deadline = None

    def _in_time(self, **_: object) -> None:
        if self._deadline is not None:
            self._deadline.left()

    @property
    def region(self) -> str:
        """Of the account's clients."""
        return self.kms.meta.region_name

    @property
    def apigatewayv2(self) -> "ApiGatewayV2Client":
        """HTTP APIs."""
        return self._client("apigatewayv2")  # type: ignore[no-any-return]

    @property
    def iam(self) -> "IAMClient":
        """Roles."""
        return self._client("iam")  # type: ignore[no-any-return]

    @property
    def lambda_(self) -> "LambdaClient":
        """Functions."""
        return self._client("lambda")  # type: ignore[no-any-return]

    @property
    def logs(self) -> "CloudWatchLogsClient":
        """Log groups."""
        return self._client("logs")  # type: ignore[no-any-return]

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._client_of(service)
            if self._deadline is not None:
                self._clients[service].meta.events.register("before-call", self._in_time)
        return self._clients[service]


def account_of(session: boto3.Session, kms: "KMSClient") -> Account:
    """The account of ``session``, with bounded calls."""
    return Account(kms, lambda service: session.client(cast("Any", service), config=_CONFIG))


def read(permission: str, call: Callable[..., Mapping[str, Any]], **parameters: Any) -> Mapping[str, Any]:
    """The answer of a read operation. ``permission`` is the IAM action that it needs.

    Raises ``NotFound``, and ``NotChecked`` with the permission if it is missing, or with AWS's own message.
    """
    try:
        return call(**parameters)
    except ClientError as fault:
        code = fault.response["Error"]["Code"]
        if code in _NOT_FOUND:
            raise NotFound(fault.response["Error"].get("Message", code)) from None
        if code in _DENIED:
            raise NotChecked(f"not allowed to call {permission}") from None
        raise NotChecked(f"{permission} failed: {code}") from None
    except BotoCoreError as fault:
        raise NotChecked(f"{permission} failed: {fault}") from None


def read_all(
    permission: str, call: Callable[..., Mapping[str, Any]], items: str, **parameters: Any
) -> list[dict[str, Any]]:
    """The list ``items`` of all pages of an operation of API Gateway. Raises as ``read``."""
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = read(permission, call, **parameters, **token)
        found += page.get(items, [])
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}
