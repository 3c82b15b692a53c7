"""The permissions in the documentation, and what a check calls of AWS."""

import json
from collections.abc import Callable
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

from tests.docs.code_blocks import BLOCKS

_CLIENT: Any = botocore.client.BaseClient

(POLICY,) = (block.text for block in BLOCKS if block.kind == "permissions")
"""That of docs/operations.md."""

DOCUMENTED = {action for statement in json.loads(POLICY)["Statement"] for action in statement["Action"]}


def _action(client: Any, operation: str) -> str:
    """The IAM action of a call."""
    service = client.meta.service_model.service_name
    if service == "apigatewayv2":
        assert operation.startswith("Get"), f"{operation} is no read operation"
        return "apigateway:GET"
    return f"{service}:{operation}"


def record(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The actions that are called from now on."""
    called: set[str] = set()
    _before_calls(monkeypatch, lambda action, _: called.add(action))
    return called


def deny(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on AWS refuses it."""

    def refuse(called: str, operation: str) -> None:
        if called == action:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)

    _before_calls(monkeypatch, refuse)


def _before_calls(monkeypatch: pytest.MonkeyPatch, see: Callable[[str, str], object]) -> None:
    call = _CLIENT._make_api_call

    def seen(client: Any, operation: str, parameters: Any) -> Any:
        see(_action(client, operation), operation)
        return call(client, operation, parameters)

    monkeypatch.setattr(_CLIENT, "_make_api_call", seen)
