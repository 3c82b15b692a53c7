"""The content of ``docs/components/``: a page for each component, from its types, its example and what that declares."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import components
from components.faults import InvalidArgs
from components.testing import declare

from .component_example import Example
from .component_examples import EXAMPLES
from .component_snippets import Declaration, Ref, python_value, snippets
from .schema import in_order, one_line, resource, snake_case, type_text

_REFERENCE = "../reference.md"


def component_page(component: str) -> str:
    """The whole page."""
    schema, example = resource(component), EXAMPLES[component]
    lines = [f"# {component}", "", schema["description"], ""]
    for language, info, text in snippets([*example.before, _declaration(component, example)]):
        lines += [f"**{language}**", "", f"```{info}", text, "```", ""]
    lines += ["In other languages than Python, names are in camelCase: `cache_ttl` is `cacheTtl`.", "", "## Inputs", ""]
    required = schema.get("requiredInputs", [])
    for name, property_ in in_order(schema["inputProperties"], required):
        lines += _input(snake_case(name), property_, name in required, example)
    lines += ["## Outputs", ""]
    lines += [
        f"- `{snake_case(name)}`, {type_text({**property_, 'plain': True}, _REFERENCE)}: {one_line(property_['description'])}"
        for name, property_ in in_order(schema["properties"])
    ]
    lines += ["", "## Resources created", "", "By the example above:", "", "| type | resources |", "|---|---|"]
    lines += [f"| `{type_}` | {count} |" for type_, count in sorted(_created(component, example).items())]
    lines += ["", "## Errors", "", _ERRORS, "", "| inputs | error |", "|---|---|"]
    for wrong in example.wrong:
        given = "<br>".join(
            f"no `{name}`" if value is None else f"`{name}={python_value(value, width=10_000)}`"
            for name, value in wrong.items()
        )
        lines.append(f"| {given} | {'<br>'.join(_refusal(component, example, wrong))} |")
    return "\n".join([*lines, ""])


_ERRORS = """Invalid inputs raise `InvalidArgs` before anything is created, all of them at once, each with its path. In other
languages the engine shows them at the resource. Some of them, with what is said:"""


def _input(name: str, property_: Mapping[str, Any], required: bool, example: Example) -> Iterator[str]:
    description = one_line(property_["description"])
    default = re.search(r"\s*\bDefault: (.*?)\.(?= |$)", description)
    marked = re.search(r"([^\s,:]+) \(default\)", description)
    facts = [f"**Type** {type_text(property_, _REFERENCE)}"]
    said = default or marked
    facts.append("**required**" if required else f"**Default** {said[1] if said else 'none'}")
    yield from (f"### `{name}`", "", " · ".join(facts), "")
    yield from (description.replace(default[0], "", 1) if default else description, "")
    shown = {name: example.inputs[name], **example.together.get(name, {})}
    values = [f"{input_}={python_value(value)}" for input_, value in shown.items()]
    yield from ("```python fragment", *values, "```", "")


def _declaration(component: str, example: Example, *more: str) -> Declaration:
    return Declaration(example.variable, component, example.name, example.arguments(*more))


def program(declarations: list[Declaration]) -> Callable[[], None]:
    """What declares them."""

    def run() -> None:
        made: dict[str, Any] = {}
        for item in declarations:
            arguments = {name: _resolved(value, made) for name, value in item.inputs.items()}
            made[item.variable] = getattr(components, item.component)(item.name, **arguments)

    return run


def _resolved(value: Any, made: Mapping[str, Any]) -> Any:
    if isinstance(value, Ref):
        return getattr(made[value.variable], value.output)
    if isinstance(value, Mapping):
        return {name: _resolved(item, made) for name, item in value.items()}
    return [_resolved(item, made) for item in value] if isinstance(value, list) else value


def _created(component: str, example: Example) -> Counter[str]:
    declared = declare(program([*example.before, _declaration(component, example)]))
    others = {item.name for item in example.before}
    return Counter(
        item.type
        for item in declared.resources
        if item.name.startswith(f"{example.name}-")
        and not item.type.startswith("kms-jwt:")
        and not any(item.name.startswith(f"{name}-") for name in others)
    )


def _refusal(component: str, example: Example, wrong: Mapping[str, Any]) -> list[str]:
    """The errors. Raises ``ValueError`` if the inputs are accepted."""
    given = {name: value for name, value in {**example.arguments(), **wrong}.items() if value is not None}
    try:
        declare(program([*example.before, Declaration(example.variable, component, example.name, given)]))
    except InvalidArgs as refused:
        return [_code(line.strip()) for line in str(refused).splitlines()[1:]]
    raise ValueError(f"{component} accepts {wrong}")


def _code(text: str) -> str:
    """As code in a table, backticks and all."""
    quoted = f"`` {text} ``" if "`" in text else f"`{text}`"
    return quoted.replace("|", "\\|")
