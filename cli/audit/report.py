"""The audit: what a stack offers to whom, and what a reviewer should know about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from .api_rules import api_findings
from .apis import Api, apis
from .changes import Change, changes
from .finding import Finding
from .permission_rules import permission_findings
from .policy_rules import policy_findings
from .resource import Resource
from .route_rules import other_entrances, route_findings
from .stack import Stack


@dataclass(frozen=True)
class Report:
    """The result of an audit."""

    apis: tuple[Api, ...]
    """The HTTP APIs, with who may call each of their routes."""
    findings: tuple[Finding, ...]
    """What a reviewer should know. Those that are `noted` do not make the audit fail."""
    changes: tuple[Change, ...] | None = None
    """What changes for callers; `None` if there is one state only."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make the audit fail."""
        return tuple(found for found in self.findings if not found.noted)


def audit(resources: Iterable[Resource], before: Iterable[Resource] | None = None) -> Report:
    """Audit the resources of a stack; with the resources `before`, also say what changes for callers."""
    stack = Stack(resources)
    found = apis(stack)
    findings = [
        *(finding for api in found for finding in route_findings(api)),
        *other_entrances(stack),
        *(finding for api in found for finding in api_findings(api)),
        *permission_findings(stack),
        *policy_findings(stack),
    ]
    changed = None if before is None else tuple(changes(apis(Stack(before)), found))
    return Report(tuple(found), tuple(dict.fromkeys(findings)), changed)
