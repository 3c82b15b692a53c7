"""Writes the reference from types, descriptions and docstrings: ``python -m docs.generate_reference``."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from components.plugin import COMPONENTS

from .command_line import command_line_reference
from .component_pages import component_page
from .python_reference import python_reference
from .schema import SCHEMA, in_order, one_line, page_name, resource, snake_case, type_text

_DOCS = Path(__file__).resolve().parent

_INTRODUCTION = """# Reference

Every component, with a page for its inputs, outputs, resources and errors, and the types that several of them have. `make
reference` writes these pages from the types in `components/` and from `docs/component_examples.py`: change them there.

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
    lines = [_INTRODUCTION, "| component | |", "|---|---|"]
    for component in COMPONENTS:
        name = component.__name__
        lines.append(f"| [{name}](components/{page_name(name)}) | {one_line(resource(name)['description'])} |")
    lines += ["", "## Types", ""]
    for token, type_ in sorted(SCHEMA["types"].items()):
        lines += [f"### {token.rpartition(':')[2]}", "", type_.get("description", ""), ""]
        lines += [*_table(type_["properties"], type_.get("required", [])), ""]
    return "\n".join(lines)


def _table(properties: Mapping[str, Any], required: list[str]) -> Iterator[str]:
    yield "| input | type | required | |"
    yield "|---|---|---|---|"
    for name, property_ in in_order(properties, required):
        description = one_line(property_["description"]).replace("|", "\\|")
        needed = "yes" if name in required else ""
        yield f"| `{snake_case(name)}` | {type_text(property_)} | {needed} | {description} |"


PAGES: Mapping[Path, Callable[[], str]] = {
    _DOCS / "reference.md": reference,
    _DOCS / "python-reference.md": python_reference,
    _DOCS / "command-line.md": command_line_reference,
    **{
        _DOCS / "components" / page_name(component.__name__): partial(component_page, component.__name__)
        for component in COMPONENTS
    },
}
"""Each page of the reference and what writes its content."""

if __name__ == "__main__":
    for page, content in PAGES.items():
        page.write_text(content(), encoding="utf-8")
