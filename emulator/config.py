"""Configuration, read like the Pulumi engine does: the project's declarations and defaults, and the stack's values."""

import copy
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import ConfigError


@dataclass(frozen=True)
class StackFile:
    """The configuration files of one stack in a program's folder."""

    project: str
    config: dict[str, Any]
    """By full key, as in the engine: a key without a namespace belongs to the project."""


def load_stack(program: Path, stack: str) -> StackFile:
    """Reads ``Pulumi.yaml`` and ``Pulumi.<stack>.yaml``. Raises ``ConfigError`` if one is missing or unreadable, and if the
    program is not in Python."""
    file = _read(program / "Pulumi.yaml")
    _check_runtime(program, file.get("runtime"))
    project = file.get("name")
    if project is None:
        raise ConfigError(f"{program / 'Pulumi.yaml'}: the project has no name. Write `name: my-project`.")
    values = _config(program / f"Pulumi.{stack}.yaml")
    secrets = [key for key, value in values.items() if isinstance(value, dict) and value.keys() == {"secure"}]
    if secrets:
        raise ConfigError(
            f"Pulumi.{stack}.yaml: {', '.join(secrets)} is encrypted, and the emulator has no key. "
            "Write a plain value in a stack that is only used locally."
        )
    return StackFile(project, {_full_key(project, key): value for key, value in values.items()})


def _check_runtime(program: Path, runtime: object) -> None:
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name not in (None, "python"):
        raise ConfigError(
            f"{program / 'Pulumi.yaml'}: the runtime is {name}, and only Python programs run in this process. "
            f"`python -m {__package__} serve` runs the embedded AWS for the Pulumi CLI, if the stack's aws:endpoints name it."
        )


def full_config(program: Path, project: str, stack: str, values: Mapping[str, Any]) -> dict[str, str]:
    """All configuration by full key, as the strings that a program gets from the engine.

    Defaults of ``Pulumi.yaml`` are filled in. Raises ``ConfigError`` naming each declared key that has no value.
    """
    config = {_full_key(project, key): value for key, value in values.items()}
    missing = []
    for key, declared in _declarations(program).items():
        name = _full_key(project, key)
        default = _default(declared)
        if name in config:
            continue
        if default is None:
            missing.append(key)
        else:
            config[name] = default
    if missing:
        raise ConfigError(
            f"Stack {stack} is missing configuration: {', '.join(missing)}. "
            f"Pulumi.yaml declares it without a default; write it in Pulumi.{stack}.yaml."
        )
    return {key: _text(value) for key, value in config.items()}


def _declarations(program: Path) -> dict[str, Any]:
    file = program / "Pulumi.yaml"
    return _config(file) if file.exists() else {}


def _default(declared: object) -> object:
    """A declaration is a plain value, or a mapping with ``value`` or ``default``, or one with neither: required."""
    if isinstance(declared, dict):
        return declared.get("value", declared.get("default"))
    return declared


def _full_key(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _config(file: Path) -> dict[str, Any]:
    config = _read(file).get("config") or {}
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise ConfigError(f"{file}: config must map names to values, as `aws:region: eu-west-1`.")
    return config


def _read(file: Path) -> dict[str, Any]:
    try:
        content = copy.deepcopy(_parsed(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"{file} does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{file} must contain a mapping, and contains {type(content).__name__}.")
    return content


@functools.lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    """Parsed once: every run of a program, and every question for its region, reads the project's file."""
    return yaml.safe_load(text)
