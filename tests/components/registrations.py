"""What a program asks of the engine beyond the inputs of its resources: dependencies and options."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2

from components.testing import declare


def registered(program: Callable[[], object]) -> dict[str, resource_pb2.RegisterResourceRequest]:
    """URN -> the request that registers the resource, for each that ``program`` declares."""
    requests: dict[str, resource_pb2.RegisterResourceRequest] = {}
    register: Any = mocks.MockMonitor.RegisterResource  # Pulumi's mocks have no types

    def noted(monitor: mocks.MockMonitor, request: resource_pb2.RegisterResourceRequest) -> Any:
        response = register(monitor, request)
        requests[response.urn] = request
        return response

    with mock.patch.object(mocks.MockMonitor, "RegisterResource", noted):
        declare(program)
    return requests
