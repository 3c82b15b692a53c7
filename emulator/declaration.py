"""What a program declares, and what becomes of it: operations, and the steps of a deployment that one can watch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .resources.handler import Inputs


class Change(NamedTuple):
    """An operation in the emulator: ``create``, ``update``, ``replace`` or ``delete``."""

    action: str
    urn: str


class Step(NamedTuple):
    """A resource on its way: begun, or done after ``seconds``."""

    urn: str
    action: str | None = None
    """As of a ``Change``; ``None`` if nothing was to be done, or while nobody knows what is."""
    seconds: float | None = None
    """``None``: begun, or a component, of which nothing but its name is known here."""
    parent: str = ""
    """The URN of the resource that it is a part of; empty once it is known."""


@dataclass(frozen=True)
class Declaration:
    """A resource as the program declares it."""

    urn: str
    type: str
    name: str
    inputs: Inputs
    region: str
    """Where it is to be: its own region, or its provider's."""
    parent: str = ""
    """The URN of the resource that it is a part of."""
    default_tags: Mapping[str, str] = field(default_factory=dict)
    """The tags of its provider."""
    ignore_changes: frozenset[str] = frozenset()
    replace_on_changes: frozenset[str] = frozenset()
    delete_before_replace: bool = False
    protect: bool = False
    retain_on_delete: bool = False
