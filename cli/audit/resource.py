"""A resource of a stack, as every input format and every rule of the audit has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

COMPONENTS = "kms-jwt:index:"
"""The prefix of the type tokens of this library's components."""


class Opaque(Enum):
    """A value that the audit cannot read. It is shown as such, and never guessed."""

    UNKNOWN = "known after deployment"
    SECRET = "a secret"  # noqa: S105 - what is shown in place of one


@dataclass(frozen=True)
class Resource:
    """A resource. Values are JSON values; one that cannot be read is an ``Opaque``, in nested values too."""

    urn: str
    """The URN, whose types of parents say which component made it."""
    type: str
    """The type token, such as ``aws:apigatewayv2/route:Route``."""
    inputs: Mapping[str, Any]
    """The inputs, by name in camelCase."""
    id: str | None = None
    """The id that AWS gave it; ``None`` if it is not known yet."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The outputs, by name in camelCase; those that are unknown may be missing."""
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Input -> the URNs of the resources that its value comes from."""
    pending_deletion: bool = False
    """Whether it has been replaced and is yet to be deleted."""

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def key(self) -> str:
        """The URN without the stack and the project: the same for a resource in different stacks of a program."""
        return "::".join(self.urn.split("::")[2:])

    def value(self, name: str) -> Any:
        """The input ``name``; of a resource without inputs, which is only read, its output. ``None`` if there is none."""
        return (self.inputs or self.outputs).get(name)

    def made_by(self, component: str) -> bool:
        """Whether it is a child of a component of this library, such as ``AuthorizedHttpApi``."""
        parents = self.urn.split("::")[2].split("$")[:-1] if self.urn.count("::") >= 3 else []
        return f"{COMPONENTS}{component}" in parents
