"""The resources of a running Python program: those that a test declares, and those that a policy pack receives.

Neither Pulumi nor its policy SDK is imported: whoever has such objects has imported them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from .pulumi_values import plain
from .resource import Opaque, Resource


class Declared(Protocol):
    """What is used of ``components.testing.Declared``."""

    @property
    def type(self) -> str: ...
    @property
    def urn(self) -> str: ...
    @property
    def id(self) -> str | None: ...
    @property
    def inputs(self) -> Mapping[str, Any]: ...
    @property
    def outputs(self) -> Mapping[str, Any]: ...


class Recording(Protocol):
    """What is used of ``components.testing.Recording``."""

    @property
    def preview(self) -> bool: ...
    @property
    def resources(self) -> Sequence[Declared]: ...


class PolicyResource(Protocol):
    """What is used of ``pulumi_policy.PolicyResource``."""

    urn: str
    resource_type: str
    props: Mapping[str, Any]
    property_dependencies: Mapping[str, Iterable[Any]]


def from_recording(recording: Recording) -> tuple[Resource, ...]:
    """What a program declares, as `components.testing.declare` recorded it. Raises `ValueError` for the recording of a
    preview, which does not say which route is whose."""
    if recording.preview:
        raise ValueError("the recording is that of a preview, whose ids are unknown: use declare(..., preview=False)")
    return tuple(
        Resource(urn=item.urn, type=item.type, inputs=_plain(item.inputs), id=item.id, outputs=_plain(item.outputs))
        for item in recording.resources
    )


def from_policy_pack(resources: Iterable[PolicyResource]) -> tuple[Resource, ...]:
    """The resources of a stack, as a `StackValidationPolicy` of a Pulumi policy pack receives them."""
    return tuple(
        Resource(
            urn=item.urn,
            type=item.resource_type,
            inputs=_plain(item.props),
            outputs=_plain(item.props),
            dependencies={
                name: tuple(source.urn for source in sources) for name, sources in item.property_dependencies.items()
            },
        )
        for item in resources
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(_item(value, name)) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(_item(value, index)) for index in range(len(value))]
    if hasattr(value, "assets"):  # ``pulumi.AssetArchive``
        return {"assets": _plain(value.assets)}
    if hasattr(value, "text"):  # ``pulumi.StringAsset``
        return {"text": value.text}
    return plain(value)


def _item(container: Any, key: Any) -> Any:
    try:
        return container[key]
    except LookupError:
        raise
    except Exception:  # ``pulumi_policy.proxy.UnknownValueError``: the SDK's containers raise it for unknown values
        return Opaque.UNKNOWN
