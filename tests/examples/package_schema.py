"""The package's schema: checks resources of a YAML program against it, and writes TypeScript types from it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[2] / "schema.json").read_text())

Type = Mapping[str, Any]
"""A type in the language of the schema."""

_REFERENCE = re.compile(r"\$\{([\w-]+)(?:\.(\w+))?\}")


def yaml_faults(program: Mapping[str, Any]) -> list[str]:
    """What is wrong with a YAML program's resources and outputs."""
    names = {name: _outputs(resource) for name, resource in program["resources"].items()}
    names.update(dict.fromkeys(program["config"], None))
    faults: list[str] = []
    for name, resource in program["resources"].items():
        declared = SCHEMA["resources"].get(_token(resource))
        if declared is None:
            faults.append(f"{name}: no such resource type {resource['type']}")
        else:
            faults += _object_faults(name, resource["properties"], declared, "inputProperties", "requiredInputs", names)
    for name, value in program["outputs"].items():
        faults += _text_faults(f"outputs.{name}", value, plain=False, names=names)
    return faults


def _token(resource: Mapping[str, Any]) -> str:
    package, _, name = resource["type"].partition(":")
    return f"{package}:index:{name}"


def _outputs(resource: Mapping[str, Any]) -> set[str] | None:
    return set(SCHEMA["resources"].get(_token(resource), {}).get("properties", {}))


Names = Mapping[str, set[str] | None]
"""What ``${...}`` may name -> the outputs of a resource; ``None`` for configuration."""


def _object_faults(
    path: str, value: Mapping[str, Any], declared: Type, properties: str, required: str, names: Names
) -> Iterator[str]:
    for key in declared.get(required, []):
        if key not in value:
            yield f"{path}.{key}: missing"
    for key, item in value.items():
        if key in declared[properties]:
            yield from _faults(f"{path}.{key}", item, declared[properties][key], names)
        else:
            yield f"{path}.{key}: no such property"


def _faults(path: str, value: Any, type_: Type, names: Names) -> Iterator[str]:
    if type_.get("$ref") == _ANY:
        return
    if "$ref" in type_:
        declared = SCHEMA["types"][type_["$ref"].removeprefix("#/types/")]
        if isinstance(value, dict):
            yield from _object_faults(path, value, declared, "properties", "required", names)
        else:
            yield f"{path}: must be an object"
    elif type_["type"] == "array" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(f"{path}[{index}]", item, type_["items"], names)
    elif type_["type"] == "object" and isinstance(value, dict):
        for key, item in value.items():
            yield from _faults(f"{path}[{key!r}]", item, type_["additionalProperties"], names)
    elif type_["type"] == "string" and isinstance(value, str):
        yield from _text_faults(path, value, plain=bool(type_.get("plain")), names=names)
    elif type(value) not in _SCALARS.get(type_["type"], ()):
        yield f"{path}: must be {type_['type']}, and is {value!r}"


_ANY = "pulumi.json#/Any"

_SCALARS: Mapping[str, tuple[type, ...]] = {"boolean": (bool,), "integer": (int,), "number": (int, float)}


def _text_faults(path: str, value: str, *, plain: bool, names: Names) -> Iterator[str]:
    for name, output in _REFERENCE.findall(value):
        if name not in names:
            yield f"{path}: nothing is called {name}"
        elif output and output not in (names[name] or ()):
            yield f"{path}: {name} has no output {output}"
        elif output and plain:
            yield f"{path}: must be known when the program runs, and {value} is an output"


def typescript_declarations() -> str:
    """The types of the package, with those properties and optionality that Pulumi's generated SDK gives them."""
    lines = ['import * as pulumi from "@pulumi/pulumi";']
    for token, type_ in SCHEMA["types"].items():
        lines.append(_interface(_name(token), type_["properties"], type_.get("required", [])))
    for token, resource in SCHEMA["resources"].items():
        name = _name(token)
        lines.append(_interface(f"{name}Args", resource["inputProperties"], resource.get("requiredInputs", [])))
        outputs = "".join(
            f"    readonly {key}: pulumi.Output<{_typescript(type_, inputs=False)}"
            f"{'' if key in resource.get('required', []) else ' | undefined'}>;\n"
            for key, type_ in resource["properties"].items()
        )
        constructor = f"    constructor(name: string, args: {name}Args, opts?: pulumi.ComponentResourceOptions);\n"
        lines.append(f"export declare class {name} extends pulumi.ComponentResource {{\n{outputs}{constructor}}}")
    return "\n".join(lines) + "\n"


def _name(token: str) -> str:
    return token.rpartition(":")[2]


def _interface(name: str, properties: Mapping[str, Type], required: list[str]) -> str:
    members = "".join(
        f"    {key}{'' if key in required else '?'}: {_typescript(type_)};\n" for key, type_ in properties.items()
    )
    # A class of arguments and a type of the same name would merge; the schema has no such pair.
    return f"export interface {name} {{\n{members}}}"


def _typescript(type_: Type, *, inputs: bool = True) -> str:
    if type_.get("$ref") == _ANY:
        text = "any"
    elif "$ref" in type_:
        text = _name(type_["$ref"])
    elif type_["type"] == "array":
        text = f"{_typescript(type_['items'], inputs=inputs)}[]"
        if "|" in text or "<" in text:
            text = f"Array<{text.removesuffix('[]')}>"
    elif type_["type"] == "object":
        text = f"Record<string, {_typescript(type_['additionalProperties'], inputs=inputs)}>"
    else:
        text = "number" if type_["type"] == "integer" else str(type_["type"])
    return text if type_.get("plain") or not inputs else f"pulumi.Input<{text}>"
