"""``StackReference``: the outputs of other stacks, from a mapping or from files."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi

from .errors import ConfigError

TYPE = "pulumi:pulumi:StackReference"


def find_outputs(supplied: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """The outputs of the stack ``name``. Raises ``ConfigError`` that says how to supply them."""
    if name not in supplied:
        raise ConfigError(
            f"StackReference {name}: the emulator does not know the outputs of this stack. Supply them with "
            f"--stack-outputs {name}=FILE, the FILE being written by `pulumi stack output --json`, in a test with "
            f"stack_outputs={{{name!r}: {{...}}}}."
        )
    return dict(supplied[name])


@contextlib.contextmanager
def named_outputs() -> Iterator[None]:
    """Within, ``require_output`` says what is missing and where to write it.

    The SDK's own raises ``KeyError`` with the name alone, which cannot be told from an error of the program.
    """
    with mock.patch.object(pulumi.StackReference, "require_output", _require_output):
        yield


def _require_output(reference: pulumi.StackReference, name: pulumi.Input[str]) -> pulumi.Output[Any]:
    return pulumi.Output.all(reference.name, name, reference.outputs).apply(lambda known: _output(*known))


def _output(stack: str, name: str, outputs: Mapping[str, Any]) -> Any:
    if name not in outputs:
        raise ConfigError(
            f"StackReference {stack} has no output {name}; it has {', '.join(sorted(outputs)) or 'none'}. Add it to the "
            "outputs that you supply with --stack-outputs, in a test with stack_outputs."
        )
    return outputs[name]


def read_stack_outputs(arguments: Sequence[str]) -> dict[str, Any]:
    """The outputs of other stacks, by name, from arguments like ``NAME=FILE``. Raises ``ConfigError``."""
    found = {}
    for argument in arguments:
        name, separator, file = argument.partition("=")
        try:
            found[name] = json.loads(Path(file).read_text(encoding="utf-8")) if separator else None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ConfigError(f"--stack-outputs {argument}: {file} cannot be read as JSON ({reason}).") from error
        if not isinstance(found[name], dict):
            raise ConfigError(
                f"--stack-outputs {argument}: write NAME=FILE, the FILE being written by `pulumi stack output --json`."
            )
    return found
