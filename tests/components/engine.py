"""An engine for a Pulumi package in a process of its own: it serves resource monitors and sends construct requests."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from components.testing import Recording
from components.testing.event_loop import event_loop, threads_with_event_loops

ROOT = Path(__file__).resolve().parents[2]

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def output(*value: Any, secret: bool = False) -> dict[str, Any]:
    """An output on the wire, as the engine sends it to components; without a value it is unknown."""
    wire: dict[str, Any] = {_SIGNATURE: _OUTPUT, "secret": secret, "dependencies": []}
    return {**wire, "value": value[0]} if value else wire


def secret(value: Any) -> dict[str, Any]:
    """A secret on the wire, as it reaches the resource monitor."""
    return {_SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": value}


class _Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    def __init__(self, monitor: mocks.MockMonitor) -> None:
        self._monitor = monitor

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802 - the names are gRPC's
        return resource_pb2.SupportsFeatureResponse(hasSupport=self._monitor.SupportsFeature(request).hasSupport)

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._monitor.GetDeploymentInfo(request)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._monitor.Invoke(request)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._monitor.RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


class _Engine(engine_pb2_grpc.EngineServicer):
    def GetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return engine_pb2.GetRootResourceResponse(urn="")

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


@dataclass(frozen=True)
class Plugin:
    """The package's process, and the engine beside it."""

    channel: grpc.Channel
    threads: ThreadPoolExecutor
    """For the answers of the monitors."""
    monitors: ExitStack
    """Those of all programs, which serve to the end: to gRPC, an address at which nobody answered is dead for a while."""


class Package:
    """The running package, and what its components declare."""

    def __init__(self, plugin: Plugin, monitor_address: str, recording: Recording) -> None:
        self._stub = provider_pb2_grpc.ResourceProviderStub(plugin.channel)
        self._monitor_address = monitor_address
        self.recording = recording

    def schema(self) -> str:
        """The package's schema, as JSON."""
        return str(self._stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)

    def construct(self, component: str, name: str, inputs: dict[str, Any], *, preview: bool = False) -> dict[str, Any]:
        """Create a component with ``inputs`` in the wire's shape; returns its outputs. Raises ``grpc.RpcError``."""
        properties = struct_pb2.Struct()
        properties.update(inputs)
        request = provider_pb2.ConstructRequest(
            project="shop",
            stack="test",
            dryRun=preview,
            monitorEndpoint=self._monitor_address,
            type=f"kms-jwt:index:{component}",
            name=name,
            inputs=properties,
        )
        state: dict[str, Any] = pulumi.runtime.rpc.deserialize_properties(self._stub.Construct(request).state)
        return state


@contextmanager
def running_plugin() -> Iterator[Plugin]:
    """The package's process, started as the engine starts it."""
    with (
        threads_with_event_loops() as threads,
        ExitStack() as monitors,
        _serving(threads, partial(engine_pb2_grpc.add_EngineServicer_to_server, _Engine())) as address,
    ):
        command = [sys.executable, str(ROOT / "components"), address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
                    yield Plugin(channel, threads, monitors)
            finally:
                process.terminate()


@contextmanager
def running_package(plugin: Plugin, *, preview: bool = False) -> Iterator[Package]:
    """A program of its own for the package, with mocked resources. ``preview``: what AWS would compute is unknown."""
    with event_loop():
        recording = Recording(preview)
        pulumi.runtime.set_mocks(recording, project="shop", stack="test", preview=preview)
        monitor = _Monitor(mocks.MockMonitor(recording))
        address = plugin.monitors.enter_context(
            _serving(plugin.threads, partial(resource_pb2_grpc.add_ResourceMonitorServicer_to_server, monitor))
        )
        yield Package(plugin, address, recording)


@contextmanager
def _serving(threads: ThreadPoolExecutor, add: Callable[[grpc.Server], None]) -> Iterator[str]:
    """The address of a server of what ``add`` adds to it."""
    server = grpc.server(threads)
    add(server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield address
    finally:
        server.stop(grace=None).wait()
