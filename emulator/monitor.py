"""Pulumi's resource monitor, implemented in this process, in place of the engine's behind a socket."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2

from .archives import Package, freeze
from .declaration import Declaration, Step
from .errors import UnsupportedError
from .position import Position, of_registration
from .reconciler import Reconciler
from .resources.provider import TYPE as PROVIDER_TYPE
from .resources.provider import Provider, read_provider
from .server import MiniStack
from .stack_reference import TYPE as STACK_REFERENCE_TYPE
from .stack_reference import find_outputs

STACK_TYPE = "pulumi:pulumi:Stack"

log = logging.getLogger("emulator")


class Monitor:
    """Receives the registrations and calls of the program. Methods and messages are those of Pulumi's gRPC service.

    The SDK calls it from several threads, for each resource once its dependencies have been registered.
    """

    def __init__(
        self,
        ministack: MiniStack,
        reconciler: Reconciler,
        project: str,
        stack: str,
        provider: Provider,
        stack_outputs: Mapping[str, Mapping[str, Any]],
        program: Path,
    ) -> None:
        self.outputs: dict[str, Any] = {}
        """The stack's outputs, once the program has registered them."""
        self.failure: Exception | None = None
        """The first error here. The SDK raises it as well, but possibly after others."""
        self.failed_at: Position | None = None
        """Where the program declares the resource that failed."""
        self._program = program
        self._ministack = ministack
        self._reconciler = reconciler
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._provider = provider
        self._providers: dict[str, Provider] = {}
        """The explicit providers of AWS, by the reference with which the SDK names them."""
        self._stack_outputs = stack_outputs
        self._urns: set[str] = set()
        self._lock = threading.Lock()

    def GetDeploymentInfo(self, request: object) -> resource_pb2.DeploymentInfo:  # noqa: N802
        """No optional feature is supported. So secrets and resource references arrive as plain values, as for a provider,
        and the SDK itself rejects features such as transforms and hooks."""
        return resource_pb2.DeploymentInfo()

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Registers a component, or deploys a resource."""
        try:
            return self._register(request)
        except Exception as error:
            if self.failure is None:
                frames = ((frame.pc.uri, frame.pc.line) for frame in request.stackTrace.frames)
                self.failed_at, self.failure = of_registration(frames, self._program), error
            raise

    def _register(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request)
        with self._lock:
            if urn in self._urns:
                raise UnsupportedError(f"Duplicate resource URN {urn}: give one of the two another name.")
            self._urns.add(urn)
        _check_options(urn, request)
        if not request.custom:
            self._reconciler.watch(Step(urn, parent=request.parent))
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = freeze(rpc.deserialize_properties(request.object))
        explicit = read_provider(urn, inputs) if request.type == PROVIDER_TYPE else None
        provider = self._providers.get(request.provider, self._provider)
        deployed = self._reconciler.apply(
            Declaration(
                urn=urn,
                type=request.type,
                name=request.name,
                inputs=inputs,
                region=inputs.get("region") or provider.region,
                parent=request.parent,
                default_tags=provider.default_tags,
                ignore_changes=frozenset(request.ignoreChanges),
                replace_on_changes=frozenset(request.replaceOnChanges),
                delete_before_replace=request.deleteBeforeReplace,
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
            )
        )
        if explicit:
            self._providers[f"{urn}::{deployed.id}"] = explicit
        # The inputs are returned as they were sent (required for archives), with the values that are known now.
        response = resource_pb2.RegisterResourceResponse(urn=urn, id=deployed.id, object=request.object)
        known = {**deployed.inputs, **deployed.outputs}
        response.object.update({name: value for name, value in known.items() if not isinstance(value, Package)})
        return response

    def _urn(self, request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest) -> str:
        """As in the engine: prefixed by the types of the parents, except the stack itself."""
        parent_type = request.parent.split("::")[2] if request.parent else STACK_TYPE
        qualified = request.type if parent_type == STACK_TYPE else f"{parent_type}${request.type}"
        return f"{self._prefix}{qualified}::{request.name}"

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> None:
        """Keeps the outputs of the stack. Those of components are not used here."""
        if request.urn.split("::")[2] == STACK_TYPE:
            self.outputs = freeze(rpc.deserialize_properties(request.outputs))

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Calls a provider function such as ``aws.kms.get_public_key``."""
        try:
            arguments = freeze(rpc.deserialize_properties(request.args))
            result = self._invoke(request.tok, arguments, self._providers.get(request.provider, self._provider))
        except Exception as error:
            self.failure = self.failure or error
            raise
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").update(result)  # a keyword, so it cannot be written as an attribute
        return response

    def _invoke(self, token: str, arguments: dict[str, Any], provider: Provider) -> dict[str, Any]:
        supported = self._reconciler.supported
        function = supported.function(token)
        region = arguments.pop("region", None) or provider.region
        if supported.is_fake(token):
            log.warning("%s is a fake: it returns its arguments, an id and an arn.", token)
        if unknown := function.unknown(arguments):
            raise UnsupportedError(f"{token}: the emulator does not support the argument {', '.join(unknown)}.")
        return function.call(self._ministack.region(region), arguments)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """Reads the outputs of another stack. Rejects ``SomeResource.get(...)``: a new emulator contains only what the
        program has created."""
        try:
            return self._read(request)
        except Exception as error:
            self.failure = self.failure or error
            raise

    def _read(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        if request.type != STACK_REFERENCE_TYPE:
            raise UnsupportedError(
                f"{request.type} {request.name}: the emulator cannot read existing resources ({request.id})."
            )
        response = resource_pb2.ReadResourceResponse(urn=self._urn(request), id=request.id)
        outputs = find_outputs(self._stack_outputs, request.id)
        response.properties.update({"name": request.id, "outputs": outputs, "secretOutputNames": []})
        return response

    def SignalAndWaitForShutdown(self, request: object) -> None:  # noqa: N802
        """There are no hooks to wait for."""


def _check_options(urn: str, request: resource_pb2.RegisterResourceRequest) -> None:
    """Options that would change the deployment and that the emulator does not support."""
    unsupported = {
        "import_": request.importId,
        "remote": request.remote,
    }
    if given := [name for name, value in unsupported.items() if value]:
        raise UnsupportedError(f"{urn}: the emulator does not support the resource option {', '.join(given)}.")
    paths = [*request.ignoreChanges, *request.replaceOnChanges]
    if nested := [path for path in paths if not path.isidentifier()]:
        raise UnsupportedError(
            f"{urn}: the emulator supports ignore_changes and replace_on_changes only for whole inputs, not for "
            f"{', '.join(nested)}."
        )
