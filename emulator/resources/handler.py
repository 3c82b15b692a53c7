"""What a resource type has to say about itself, so that the emulator can create, update and delete it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.aws import Aws

Inputs = dict[str, Any]
"""Input properties by their camelCase names, with the handler's defaults filled in. ``None`` stands for absent."""

Outputs = dict[str, Any]
"""Output properties by their camelCase names. The inputs need not be repeated."""


@dataclass(frozen=True)
class Deployed:
    """A resource that exists in the emulator."""

    urn: str
    type: str
    name: str
    """The logical name: the one the program uses."""
    id: str
    inputs: Inputs
    outputs: Outputs
    region: str
    auto_named: bool = False
    """Whether the physical name was made up here, and may change with a replacement."""
    protect: bool = False
    retain_on_delete: bool = False


@dataclass(frozen=True)
class Handler:
    """How one resource type is deployed.

    ``update`` gets the resource and its new inputs, and returns the outputs that may have changed. Without it, every
    change is a replacement.
    """

    create: Callable[[Aws, Inputs], tuple[str, Outputs]]
    """Returns the physical id and the outputs."""
    delete: Callable[[Aws, Deployed], object]
    inputs: frozenset[str]
    """The inputs that are acted upon. Any other is refused, so that nothing is silently ignored."""
    update: Callable[[Aws, Deployed, Inputs], Outputs] | None = None
    replace_on: frozenset[str] = frozenset()
    """The inputs that AWS cannot change in place."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What an absent input means; ``None`` where ``update`` itself takes care of an input that was dropped. Dropping
    an input that is not listed here is a replacement."""
    auto_name: str | None = None
    """The input that is filled with ``<logical name>-<7 hex digits>`` where the program leaves it out."""
    auto_name_prefix: str = ""
    """What AWS demands before such a name."""


@dataclass(frozen=True)
class Function:
    """How one provider function (an *invoke*) is answered."""

    call: Callable[[Aws, Inputs], Outputs]
    arguments: frozenset[str] = frozenset()


def pascal(value: object) -> object:
    """``value`` with the keys of every dictionary in it as boto3 spells them: ``maxAge`` becomes ``MaxAge``.

    boto3 refuses unknown keys, so nested inputs need no list of their own. Not for maps whose keys are the user's.
    """
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [pascal(item) for item in value]
    return value


def request(inputs: Inputs, *names: str) -> dict[str, Any]:
    """The named inputs that are present, as arguments of a boto3 call."""
    return {name[:1].upper() + name[1:]: pascal(inputs[name]) for name in names if inputs.get(name) is not None}


def tag_changes(old: Inputs, new: Inputs) -> tuple[dict[str, str], list[str]]:
    """The tags to set and the keys to remove, to come from the ``tags`` of ``old`` to those of ``new``."""
    before: dict[str, str] = old["tags"]
    after: dict[str, str] = new["tags"]
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    return changed, [key for key in before if key not in after]


def key_value_tags(tags: Mapping[str, str]) -> list[Any]:
    """Tags as most AWS services take them: a list of ``{"Key": …, "Value": …}``."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
