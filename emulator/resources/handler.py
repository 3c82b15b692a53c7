"""The handler of a resource type, with which the emulator creates, updates and deletes resources of this type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..aws import Aws

Inputs = dict[str, Any]
"""Input properties by their camelCase names, with the handler's defaults. ``None`` means absent."""

Outputs = dict[str, Any]
"""Output properties by their camelCase names. Inputs need not be repeated."""


@dataclass(frozen=True)
class Deployed:
    """A resource that exists in the emulator."""

    urn: str
    """The resource's URN."""
    type: str
    """The token of its type."""
    name: str
    """The logical name, which the program uses."""
    id: str
    """The physical id, as ``create`` returned it."""
    inputs: Inputs
    """As they were deployed, with the handler's defaults."""
    outputs: Outputs
    """What ``create`` and ``update`` returned, and the region."""
    region: str
    """Where it is."""
    order: tuple[int, int]
    """Dependencies have a smaller one, also after a run that failed."""
    auto_named: bool = False
    """Whether the physical name was generated here, and may change with a replacement."""
    protect: bool = False
    """The resource option of this name."""
    retain_on_delete: bool = False
    """The resource option of this name."""


@dataclass(frozen=True)
class Handler:
    """How one resource type is deployed, by calls of AWS or of whatever the type manages.

    An exception of ``create``, ``update`` or ``delete`` stops the deployment, which names the resource.
    """

    create: Callable[[Aws, Inputs], tuple[str, Outputs]]
    """Gets the inputs; returns the physical id and the outputs."""
    delete: Callable[[Aws, Deployed], object]
    """Gets the resource."""
    inputs: frozenset[str] | None = frozenset()
    """The supported inputs without a default; ``None`` if any is."""
    update: Callable[[Aws, Deployed, Inputs], Outputs] | None = None
    """Gets the resource and its new inputs; returns the outputs that may have changed. Without it, every change is a
    replacement."""
    replace_on: frozenset[str] = frozenset()
    """The inputs that AWS cannot change in place."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The other inputs with their defaults; ``None`` if ``update`` itself handles their absence. Removing an input is a
    change to its default; removing one without a default is a replacement. ``tags`` here get those of the provider."""
    auto_name: str | None = None
    """The input that is set to ``<logical name>-<7 hex digits>`` if the program does not set it."""
    auto_name_prefix: str = ""
    """The prefix of such a name that AWS requires."""
    auto_name_lower: bool = False
    """Whether AWS requires such a name in lower case."""

    def unknown(self, inputs: Inputs) -> list[str]:
        """The inputs that are not supported: an error, so that nothing is silently ignored."""
        return [] if self.inputs is None else sorted(inputs.keys() - self.inputs - self.defaults.keys() - {"region"})


@dataclass(frozen=True)
class Function:
    """The implementation of one provider function (an *invoke*), such as ``aws.kms.get_public_key``."""

    call: Callable[[Aws, Inputs], Outputs]
    """Gets the arguments, and returns the results, by their camelCase names."""
    arguments: frozenset[str] | None = frozenset()
    """The supported arguments; ``None`` if any is."""

    def unknown(self, arguments: Inputs) -> list[str]:
        """The arguments that are not supported: an error, so that nothing is silently ignored."""
        return [] if self.arguments is None else sorted(arguments.keys() - self.arguments)


def pascal(properties: Mapping[str, Any]) -> dict[str, Any]:
    """``properties`` with every key in the spelling of boto3: ``maxAge`` becomes ``MaxAge``, also in nested objects.

    boto3 rejects unknown keys, so nested inputs need no list of their own. Not for maps whose keys are the user's.
    """
    return {key[:1].upper() + key[1:]: _pascal_inside(value) for key, value in properties.items()}


def _pascal_inside(value: object) -> object:
    if isinstance(value, dict):
        return pascal(value)
    if isinstance(value, list):
        return [_pascal_inside(item) for item in value]
    return value


def request(inputs: Inputs, *names: str) -> dict[str, Any]:
    """The named inputs that are present, as arguments of a boto3 call."""
    return pascal({name: inputs[name] for name in names if inputs.get(name) is not None})


def again(put: Callable[[Aws, Inputs], tuple[str, Outputs]]) -> Callable[[Aws, Deployed, Inputs], Outputs]:
    """The update of a type that AWS creates and changes with the same *put* call."""
    return lambda aws, deployed, new: put(aws, new)[1]


def update_tags(
    deployed: Deployed,
    new: Inputs,
    tag: Callable[[dict[str, str]], object],
    untag: Callable[[list[str]], object],
) -> None:
    """Calls ``tag`` with the tags to set and ``untag`` with the keys to remove, if there are any."""
    before: dict[str, str] = deployed.inputs["tags"]
    after: dict[str, str] = new["tags"]
    if changed := {key: value for key, value in after.items() if before.get(key) != value}:
        tag(changed)
    if removed := [key for key in before if key not in after]:
        untag(removed)


def key_value_tags(tags: Mapping[str, str]) -> list[Any]:
    """Tags in the form of most AWS services: a list of ``{"Key": …, "Value": …}``."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
