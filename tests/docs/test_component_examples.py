"""The examples of the components' pages: each input of each component is shown, and accepted as it is shown."""

from typing import Any

import pytest
import yaml

from components.testing import declare
from docs.component_examples import EXAMPLES
from docs.component_pages import program
from docs.component_snippets import Declaration, Ref, snippets
from docs.schema import SCHEMA, resource, snake_case

from .code_blocks import BLOCKS

SHOWN = [
    (component, names)
    for component, example in EXAMPLES.items()
    for names in [(), *((name,) for name in example.inputs if name not in example.snippet)]
]
"""A component's snippet, and the snippet with each input that it does not show."""


def test_every_input_of_every_component_has_one() -> None:
    components = {token.rpartition(":")[2] for token in SCHEMA["resources"]}

    assert EXAMPLES.keys() == components
    for component, example in EXAMPLES.items():
        assert example.inputs.keys() == {snake_case(name) for name in resource(component)["inputProperties"]}, component


@pytest.mark.parametrize(("component", "names"), SHOWN)
def test_it_is_accepted(component: str, names: tuple[str, ...]) -> None:
    example = EXAMPLES[component]
    alone = Declaration(example.variable, component, example.name, example.arguments(*names))
    before = {item.variable: item for item in example.before}
    if component == "TokenService":  # whose keys and API are given, or created
        before["signing"] = Declaration("signing", "SigningKeys", "signing", {})

    declared = declare(program([*before.values(), alone]))

    assert [item.name for item in declared.all(f"kms-jwt:index:{component}")].count(example.name) == 1


def test_other_languages_show_the_same_values_by_the_names_of_the_schema() -> None:
    keys = Declaration("signing", "SigningKeys", "signing", {})
    api = Declaration(
        "api",
        "AuthorizedHttpApi",
        "orders",
        {"cache_ttl": 0, "keys": {"jwks": [Ref("signing", "jwks")]}, "tags": {"cost_centre": "42"}, "dashboard": True},
    )
    (_, _, python), (_, _, typescript), (_, _, document) = snippets([keys, api])
    properties = yaml.safe_load(document)["resources"]["api"]["properties"]

    assert 'keys={"jwks": [signing.jwks]}' in python
    assert "cacheTtl: 0" in typescript
    assert 'tags: { cost_centre: "42" }' in typescript
    assert "keys: { jwks: [signing.jwks] }" in typescript
    assert properties == {
        "cacheTtl": 0,
        "keys": {"jwks": ["${signing.jwks}"]},
        "tags": {"cost_centre": "42"},
        "dashboard": True,
    }


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.kind == "component"], ids=lambda block: block.place
)
def test_what_the_pages_show_names_what_is_there(block: Any) -> None:
    if block.language == "ts":
        assert block.text.startswith('import * as kmsjwt from "@pulumi/kms-jwt";\n')
        assert block.text.count("{") == block.text.count("}")
        return
    for declared in yaml.safe_load(block.text)["resources"].values():
        inputs = resource(declared["type"].removeprefix("kms-jwt:"))["inputProperties"]
        assert declared.get("properties", {}).keys() <= inputs.keys()
