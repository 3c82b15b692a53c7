"""One example in Python, TypeScript and YAML, from the same values."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from .schema import SCHEMA, resource, snake_case

_WIDTH = 82


@dataclass(frozen=True)
class Ref:
    """An output of another resource of the example."""

    variable: str
    output: str


@dataclass(frozen=True)
class Declaration:
    """A component with its name and its inputs, by their names in Python."""

    variable: str
    component: str
    name: str
    inputs: Mapping[str, Any]


def snippets(declarations: list[Declaration]) -> Iterator[tuple[str, str, str]]:
    """Language, info string and text of each."""
    yield "Python", "python fragment", _python_program(declarations)
    yield "TypeScript", "ts component", _typescript_program(declarations)
    yield "YAML", "yaml component", _yaml_program(declarations)


def python_value(value: Any, indent: int = 0, width: int = _WIDTH) -> str:
    """The value as Python writes it, on one line if it fits in ``width``."""
    return _written(value, indent, width, _python_leaf, json.dumps, trailing=",")


def _python_program(declarations: list[Declaration]) -> str:
    names = ", ".join(sorted({declaration.component for declaration in declarations}))
    lines = [f"from kms_jwt.components import {names}", ""]
    for item in declarations:
        arguments = [f"{name}={python_value(value, 4, _WIDTH - len(name) - 1)}," for name, value in item.inputs.items()]
        call = f"{item.variable} = {item.component}("
        line = f'{call}"{item.name}", {" ".join(arguments)}'.rstrip(", ") + ")"
        rows = (f"    {argument}" for argument in (f'"{item.name}",', *arguments))
        lines += [line] if len(line) <= _WIDTH else [call, *rows, ")"]
    return "\n".join(lines)


def _typescript_program(declarations: list[Declaration]) -> str:
    lines = ['import * as kmsjwt from "@pulumi/kms-jwt";', ""]
    for item in declarations:
        call = f'const {item.variable} = new kmsjwt.{item.component}("{item.name}"'
        rows = [
            f"    {name}: {_written(value, 4, _WIDTH - len(name) - 2, _typescript_leaf, _typescript_key, trailing=',')},"
            for name, value in _spelled(item).items()
        ]
        lines += [f"{call}, {{", *rows, "});"] if rows else [f"{call}, {{}});"]
    return "\n".join(lines)


def _yaml_program(declarations: list[Declaration]) -> str:
    resources: dict[str, Any] = {}
    for item in declarations:
        properties = {name: _yaml_value(value) for name, value in _spelled(item).items()}
        resources[item.variable] = {"type": f"kms-jwt:{item.component}"}
        if item.name != item.variable:
            resources[item.variable]["name"] = item.name
        if properties:
            resources[item.variable]["properties"] = properties
    text: str = yaml.safe_dump({"resources": resources}, sort_keys=False, default_flow_style=None, width=_WIDTH)
    return text.rstrip()


def _spelled(declaration: Declaration) -> dict[str, Any]:
    """The inputs by their names in other languages. Raises ``KeyError`` for one that the component has not."""
    properties = resource(declaration.component)["inputProperties"]
    return _object(declaration.inputs, properties)


def _object(value: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    names = {snake_case(name): name for name in properties}
    return {names[name]: _value(item, properties[names[name]]) for name, item in value.items()}


def _value(value: Any, property_: Mapping[str, Any]) -> Any:
    reference = property_.get("$ref", "")
    if isinstance(value, Mapping) and reference.startswith("#/types/"):
        return _object(value, SCHEMA["types"][reference.removeprefix("#/types/")]["properties"])
    if isinstance(value, Mapping):  # whose keys are the program's own
        return {name: _value(item, property_["additionalProperties"]) for name, item in value.items()}
    if isinstance(value, list):
        return [_value(item, property_["items"]) for item in value]
    return value


def _written(
    value: Any,
    indent: int,
    width: int,
    leaf: Callable[[Any], str],
    key: Callable[[str], str],
    *,
    trailing: str,
) -> str:
    """The value on one line if it fits, otherwise with an item a line."""
    if not isinstance(value, list | Mapping):
        return leaf(value)
    opening, closing = "[]" if isinstance(value, list) else "{}"

    def items(width: int) -> list[str]:
        if isinstance(value, Mapping):
            return [
                f"{key(name)}: {_written(item, indent + 4, width - len(name) - 4, leaf, key, trailing=trailing)}"
                for name, item in value.items()
            ]
        return [_written(item, indent + 4, width, leaf, key, trailing=trailing) for item in value]

    space = " " if key is _typescript_key and isinstance(value, Mapping) and value else ""
    line = f"{opening}{space}{', '.join(items(10_000))}{space}{closing}"
    if len(line) + indent <= width:
        return line
    inner = " " * (indent + 4)
    rows = "".join(f"{inner}{item}{trailing}\n" for item in items(width))
    return f"{opening}\n{rows}{' ' * indent}{closing}"


def _python_leaf(value: Any) -> str:
    if isinstance(value, Ref):
        return f"{value.variable}.{value.output}"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _typescript_leaf(value: Any) -> str:
    return f"{value.variable}.{_camel_case(value.output)}" if isinstance(value, Ref) else json.dumps(value)


def _typescript_key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


def _yaml_value(value: Any) -> Any:
    if isinstance(value, Ref):
        return f"${{{value.variable}.{_camel_case(value.output)}}}"
    if isinstance(value, Mapping):
        return {name: _yaml_value(item) for name, item in value.items()}
    return [_yaml_value(item) for item in value] if isinstance(value, list) else value


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))
