"""The documents that Pulumi writes about a stack: `pulumi preview --json --show-sames` and `pulumi stack export`.

https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/, https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..json_input import parse_json
from .pulumi_values import plain
from .resource import Resource


@dataclass(frozen=True)
class Document:
    """What a document says about a stack."""

    after: tuple[Resource, ...]
    """The resources of the stack; in a preview, as they will be."""
    before: tuple[Resource, ...] | None = None
    """In a preview, the resources as they are; otherwise ``None``."""


def read_document(text: str) -> Document:
    """What the text of a preview or an export says. Raises `ValueError` with one line that says what is wrong with it."""
    try:
        document = parse_json(text)
    except ValueError as fault:
        raise ValueError(f"not one whole JSON document ({fault}): {_ADVICE}") from None
    try:
        if isinstance(document, dict) and isinstance(document.get("deployment"), dict):
            return Document(_resources(document["deployment"].get("resources"), "deployment.resources"))
        if isinstance(document, dict) and ("steps" in document or "changeSummary" in document):
            return _preview(document)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    found = f"has {', '.join(sorted(document)[:5]) or 'nothing'}" if isinstance(document, dict) else "is no object"
    raise ValueError(f"neither a preview nor an export, and {found}: {_ADVICE}")


_ADVICE = "write `pulumi preview --json --show-sames` or `pulumi stack export` into it"


def _preview(document: dict[str, Any]) -> Document:
    """The root stack and what changes are always listed, and what remains the same with ``--show-sames`` only."""
    for diagnostic in _objects(document.get("diagnostics"), "diagnostics"):
        if diagnostic.get("severity") == "error":
            message = " ".join(str(diagnostic.get("message", "")).split())
            raise ValueError(f"the preview failed, so that it does not list every resource: {message}")
    steps = _objects(document.get("steps"), "steps")
    summary = document.get("changeSummary")
    same = summary.get("same", 0) if isinstance(summary, dict) else 0
    listed = sum(step.get("op") == "same" for step in steps)
    if isinstance(same, int) and same > listed:
        raise ValueError(
            f"{same} resources remain the same and {listed} of them are listed: use `pulumi preview --json --show-sames`"
        )
    before, after = (
        _resources([step[state] for step in steps if step.get(state) is not None], f"steps.{state}")
        for state in ("oldState", "newState")
    )
    return Document(after, before)


def _resources(items: Any, place: str) -> tuple[Resource, ...]:
    """The resources by URN: with ``--show-replacement-steps``, a resource that is replaced has several steps."""
    resources: dict[tuple[str, bool], Resource] = {}
    for index, item in enumerate(_objects(items, place)):
        resource = _resource(item, f"{place}[{index}]")
        resources.setdefault((resource.urn, resource.pending_deletion), resource)
    return tuple(resources.values())


def _resource(item: Mapping[str, Any], place: str) -> Resource:
    for member in ("urn", "type"):
        if not isinstance(item.get(member), str):
            raise ValueError(f"{place}: {member} must be a string, and is {item.get(member)!r}")
    for member in ("inputs", "outputs", "propertyDependencies"):
        if not isinstance(item.get(member) or {}, dict):
            raise ValueError(f"{place}: {member} must be an object, and is {item[member]!r}")
    dependencies = item.get("propertyDependencies") or {}
    return Resource(
        urn=item["urn"],
        type=item["type"],
        inputs=plain(item.get("inputs") or {}),
        id=item["id"] if isinstance(item.get("id"), str) and isinstance(plain(item["id"]), str) else None,
        outputs=plain(item.get("outputs") or {}),
        dependencies={name: tuple(filter(_is_text, urns)) for name, urns in dependencies.items() if _is_list(urns)},
        pending_deletion=item.get("delete") is True,
    )


def _objects(items: Any, place: str) -> list[dict[str, Any]]:
    """``items``, which must be objects. Pulumi omits empty lists, and old versions write null."""
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{place} must be a list of objects: {_ADVICE}")
    return items


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)
