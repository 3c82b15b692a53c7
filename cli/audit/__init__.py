"""The audit of what a stack declares: who may call what, what is open, and what changes for callers.

`audit` is a function of resources. They come from `read_document` (what `pulumi preview --json --show-sames` and
`pulumi stack export` write), `from_recording` (what `components.testing.declare` recorded) or `from_policy_pack` (what a
policy of Pulumi receives). It reads nothing else: no AWS, no state.
"""

from .access import Access, Caller
from .apis import Api, Route
from .changes import Change, Effect
from .documents import Document, read_document
from .finding import Finding
from .in_process import from_policy_pack, from_recording
from .report import Report, audit
from .resource import Resource

__all__ = [
    "Access",
    "Api",
    "Caller",
    "Change",
    "Document",
    "Effect",
    "Finding",
    "Report",
    "Resource",
    "Route",
    "audit",
    "from_policy_pack",
    "from_recording",
    "read_document",
]
