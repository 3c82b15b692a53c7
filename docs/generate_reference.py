"""Writes the reference from types, descriptions and docstrings: ``python -m docs.generate_reference``."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from components.plugin import COMPONENTS, KmsJwtProvider

from .command_line import command_line_reference
from .python_reference import python_reference

_DOCS = Path(__file__).resolve().parent

_INTRODUCTION = """# Reference

Every input and output of the components. `make reference` writes this page from the types in `components/`: change them there.

In Python the inputs are keyword arguments, `AuthorizedHttpApi("orders", issuer=..., routes=...)`, or one `TypedDict` of the
component's name with `Args`, `AuthorizedHttpApi("orders", {"issuer": ..., "routes": ...})`; type checkers know both.

Names are Python's; in other languages they are in camelCase (`cache_ttl` is `cacheTtl`). A value whose type says `Input` may be
an output of another resource; the others must be known when the program runs. Invalid arguments are rejected before anything is
created, all errors at once and each with its path, such as `routes["GET /orders"].scopes[0]`.

The inputs of `trusted_issuers` for Auth0, Okta, Entra ID, Cognito, Keycloak, Google, GitHub Actions and AWS STS:
[other issuers](issuers.md).
"""


def reference() -> str:
    """The content of ``docs/reference.md``."""
    schema: dict[str, Any] = json.loads(KmsJwtProvider("0").schema or "")
    lines = [_INTRODUCTION]
    for component in COMPONENTS:
        resource = schema["resources"][f"kms-jwt:index:{component.__name__}"]
        lines += [f"## {component.__name__}", "", resource["description"], "", "Inputs:", ""]
        lines += _table(resource["inputProperties"], resource.get("requiredInputs", []))
        lines += ["", "Outputs:", "", "| output | type | |", "|---|---|---|"]
        lines += [_row(name, {**property_, "plain": True}) for name, property_ in _sorted(resource["properties"])]
        lines.append("")
    lines += ["## Types", ""]
    for token, type_ in sorted(schema["types"].items()):
        lines += [f"### {token.rpartition(':')[2]}", "", type_.get("description", ""), ""]
        lines += [*_table(type_["properties"], type_.get("required", [])), ""]
    return "\n".join(lines)


def _table(properties: Mapping[str, Any], required: list[str]) -> Iterator[str]:
    yield "| input | type | required | |"
    yield "|---|---|---|---|"
    for name, property_ in _sorted(properties, required):
        yield _row(name, property_, "yes" if name in required else "")


def _row(name: str, property_: Mapping[str, Any], *columns: str) -> str:
    description = re.sub(r"\s+", " ", property_["description"]).replace("|", "\\|")
    return " ".join(["|", " | ".join([f"`{_snake_case(name)}`", _type(property_), *columns, description]), "|"])


def _sorted(properties: Mapping[str, Any], first: list[str] | None = None) -> list[tuple[str, Any]]:
    return sorted(properties.items(), key=lambda item: (item[0] not in (first or []), item[0]))


def _type(property_: Mapping[str, Any]) -> str:
    if property_.get("$ref") == "pulumi.json#/Any":
        return "string, number or boolean"
    if "$ref" in property_:
        name = property_["$ref"].rpartition(":")[2]
        return f"[{name}](#{name.lower()})"
    kind = property_.get("type")
    if kind == "array":
        return f"list of {_type(property_['items'])}"
    if kind == "object":
        return f"map of {_type(property_['additionalProperties'])}"
    return f"{kind}" if property_.get("plain") else f"Input {kind}"


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)


PAGES: Mapping[Path, Callable[[], str]] = {
    _DOCS / "reference.md": reference,
    _DOCS / "python-reference.md": python_reference,
    _DOCS / "command-line.md": command_line_reference,
}
"""Each page of the reference and what writes its content."""

if __name__ == "__main__":
    for page, content in PAGES.items():
        page.write_text(content(), encoding="utf-8")
