"""Policy documents of AWS: the statements that allow something, in one form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """One statement that allows something, with lists in place of single values."""

    actions: list[str]
    resources: list[str]
    principals: list[str]
    """As ``AWS: arn:...`` or ``Service: lambda.amazonaws.com``; ``*`` is everybody."""
    condition: Mapping[str, Mapping[str, Any]]
    inverted: bool
    """Whether it allows everything but something: ``NotAction``, ``NotResource``, ``NotPrincipal``."""

    @property
    def who(self) -> str:
        """The principals, as they are shown."""
        return ", ".join(self.principals) or "everybody"


def allowing(document: str | Mapping[str, Any]) -> Iterator[Statement]:
    """The statements of the policy ``document`` that allow something."""
    policy = json.loads(document) if isinstance(document, str) else document
    for statement in listed(policy.get("Statement")):
        if statement.get("Effect") == "Allow":
            yield Statement(
                listed(statement.get("Action")),
                listed(statement.get("Resource")),
                _principals(statement.get("Principal")),
                statement.get("Condition") or {},
                any(name in statement for name in ("NotAction", "NotResource", "NotPrincipal")),
            )


def listed(value: object) -> list[Any]:
    """``value`` as a list: IAM accepts a single value in place of a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _principals(principal: object) -> list[str]:
    if isinstance(principal, Mapping):
        return [f"{kind}: {value}" for kind, values in principal.items() for value in listed(values)]
    return [str(principal)] if principal else []
