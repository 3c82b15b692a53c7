"""Pulumi's resource monitor, answered in this process: what the engine would be on the other side of a socket."""

import threading
from typing import Any

from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2

from .archives import Package, freeze
from .errors import UnsupportedError
from .reconciler import Declaration, Reconciler
from .resources.table import provider_function
from .server import MiniStack

STACK_TYPE = "pulumi:pulumi:Stack"


class Monitor:
    """Receives what the program registers and asks for. Method names and shapes are those of Pulumi's gRPC service.

    The SDK calls it from several threads, each resource once all that it depends on is there.
    """

    def __init__(self, ministack: MiniStack, reconciler: Reconciler, project: str, stack: str, region: str) -> None:
        self.outputs: dict[str, Any] = {}
        """The stack's outputs, once the program has registered them."""
        self.failure: Exception | None = None
        """The first thing that went wrong here. The SDK passes it on, but not always first."""
        self._ministack = ministack
        self._reconciler = reconciler
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._region = region
        self._urns: set[str] = set()
        self._lock = threading.Lock()

    def GetDeploymentInfo(self, request: object) -> resource_pb2.DeploymentInfo:  # noqa: N802
        """No optional feature is offered. So secrets and resource references arrive as plain values, as a provider
        gets them, and the SDK itself refuses transforms, hooks and the like."""
        return resource_pb2.DeploymentInfo()

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Registers a component, or deploys a resource."""
        try:
            return self._register(request)
        except Exception as error:
            self.failure = self.failure or error
            raise

    def _register(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request)
        with self._lock:
            if urn in self._urns:
                raise UnsupportedError(f"Duplicate resource URN {urn}: give one of the two another name.")
            self._urns.add(urn)
        _refuse_options(urn, request)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        deployed = self._reconciler.apply(
            Declaration(
                urn=urn,
                type=request.type,
                name=request.name,
                inputs=freeze(rpc.deserialize_properties(request.object)),
                ignore_changes=frozenset(request.ignoreChanges),
                replace_on_changes=frozenset(request.replaceOnChanges),
                delete_before_replace=request.deleteBeforeReplace,
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
            )
        )
        # The inputs come back as they were sent (archives have no other way), completed by what is known now.
        response = resource_pb2.RegisterResourceResponse(urn=urn, id=deployed.id, object=request.object)
        known = {**deployed.inputs, **deployed.outputs}
        response.object.update({name: value for name, value in known.items() if not isinstance(value, Package)})
        return response

    def _urn(self, request: resource_pb2.RegisterResourceRequest) -> str:
        """As the engine makes it: the types of the parents in front, except for the stack itself."""
        parent_type = request.parent.split("::")[2] if request.parent else STACK_TYPE
        qualified = request.type if parent_type == STACK_TYPE else f"{parent_type}${request.type}"
        return f"{self._prefix}{qualified}::{request.name}"

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> None:
        """Keeps the outputs of the stack. Those of components have no reader here."""
        if request.urn.split("::")[2] == STACK_TYPE:
            self.outputs = freeze(rpc.deserialize_properties(request.outputs))

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Answers a provider function such as ``aws.kms.get_public_key``."""
        try:
            result = self._invoke(request.tok, freeze(rpc.deserialize_properties(request.args)))
        except Exception as error:
            self.failure = self.failure or error
            raise
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").update(result)  # a keyword, so it cannot be written as an attribute
        return response

    def _invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        function = provider_function(token)
        region = arguments.pop("region", self._region)
        if unknown := sorted(arguments.keys() - function.arguments):
            raise UnsupportedError(f"{token}: the emulator does nothing with the argument {', '.join(unknown)}.")
        return function.call(self._ministack.region(region), arguments)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """Refuses ``SomeResource.get(...)``: nothing exists in a fresh emulator that the program did not make."""
        self.failure = UnsupportedError(
            f"{request.type} {request.name}: the emulator cannot read existing resources ({request.id})."
        )
        raise self.failure

    def SignalAndWaitForShutdown(self, request: object) -> None:  # noqa: N802
        """There are no hooks to wait for."""


def _refuse_options(urn: str, request: resource_pb2.RegisterResourceRequest) -> None:
    """Options that would change what happens and that the emulator does not act upon."""
    refused = {
        "import_": request.importId,
        "provider": request.provider,
        "providers": request.providers,
        "remote": request.remote,
    }
    if given := [name for name, value in refused.items() if value]:
        raise UnsupportedError(f"{urn}: the emulator does not support the resource option {', '.join(given)}.")
    paths = [*request.ignoreChanges, *request.replaceOnChanges]
    if nested := [path for path in paths if not path.isidentifier()]:
        raise UnsupportedError(
            f"{urn}: the emulator ignores changes of whole inputs, and replaces on them, but not of {', '.join(nested)}."
        )
