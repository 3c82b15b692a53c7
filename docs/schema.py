"""The components' schema, and how the reference writes what is in it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from components.plugin import KmsJwtProvider

SCHEMA: dict[str, Any] = json.loads(KmsJwtProvider("0").schema or "")


def resource(component: str) -> dict[str, Any]:
    """A component's part of the schema."""
    found: dict[str, Any] = SCHEMA["resources"][f"kms-jwt:index:{component}"]
    return found


def snake_case(name: str) -> str:
    """A name as in Python."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)


def page_name(component: str) -> str:
    """The name of the component's page, such as ``signing-keys.md``."""
    return f"{snake_case(component[0].lower() + component[1:]).replace('_', '-')}.md"


def one_line(text: str) -> str:
    """A description without its line breaks, and in which nothing but code has a ``<``: Markdown would take it for HTML."""
    written = re.sub(r"`[^`]*`|<", lambda found: "&lt;" if found[0] == "<" else found[0], text)
    return re.sub(r"\s+", " ", written).strip()


def in_order(properties: Mapping[str, Any], first: list[str] | None = None) -> list[tuple[str, Any]]:
    """The properties by name, those of ``first`` before the others."""
    return sorted(properties.items(), key=lambda item: (item[0] not in (first or []), item[0]))


def type_text(property_: Mapping[str, Any], page: str = "") -> str:
    """A property's type; that of an object is a link to its section on ``page``."""
    if property_.get("$ref") == "pulumi.json#/Any":
        return "string, number or boolean"
    if "$ref" in property_:
        name = property_["$ref"].rpartition(":")[2]
        return f"[{name}]({page}#{name.lower()})"
    kind = property_.get("type")
    if kind == "array":
        return f"list of {type_text(property_['items'], page)}"
    if kind == "object":
        return f"map of {type_text(property_['additionalProperties'], page)}"
    return f"{kind}" if property_.get("plain") else f"Input {kind}"
