"""What a component's page shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .component_snippets import Declaration


@dataclass(frozen=True)
class Example:
    """A component's snippet, and a value for each input."""

    variable: str
    name: str
    snippet: tuple[str, ...]
    """The inputs that the snippet shows."""
    inputs: Mapping[str, Any]
    """Every input."""
    before: tuple[Declaration, ...] = ()
    """What the snippet declares first, since the inputs refer to it."""
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Inputs that cannot be given together with those that they take the place of."""
    together: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Inputs that need others, and those."""
    wrong: tuple[Mapping[str, Any], ...] = ()
    """Inputs that are refused; ``None`` leaves one out."""

    def arguments(self, *names: str) -> dict[str, Any]:
        """The snippet's inputs and these."""
        left_out = {other for name in names for other in self.instead.get(name, ())}
        given = {name: self.inputs[name] for name in (*self.snippet, *names) if name not in left_out}
        for name in names:
            given |= self.together.get(name, {})
        return given
