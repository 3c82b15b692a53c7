"""AWS's own models, as botocore has them, judge every call that the emulator makes.

boto3 itself checks only that the parameters have the right names and types, and are there. Its models also say which values,
lengths and characters AWS accepts; MiniStack does not look at these either.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

from emulator.aws import Aws

_JAVA = {
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": "A-Za-z",
    r"\p{M}": "",
    r"\p{N}": "0-9",
    r"\p{P}": "!-/:-@[-`{-~",
    r"\p{S}": "$+<=>^`|~",
    r"\p{Z}": r"\s",
    r"\p{Zs}": " ",
    r"\p{Print}": r"[\x20-\x7e]",
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010ffff",
    r"[\w-_]": r"[\w_-]",
    r"[\w-\/": r"[\w\-\/",
}
"""What Java has in patterns and Python has not -> the same, as far as it is ASCII."""


class InvalidCall(AssertionError):
    """AWS would reject a call; the message says why."""


@contextmanager
def judged() -> Iterator[None]:
    """Each call of an ``Aws`` that AWS's models do not allow raises ``InvalidCall`` while the block lasts."""
    client = Aws.client

    def watched(aws: Aws, service: str) -> Any:
        found = client(aws, service)
        found.meta.events.register("provide-client-params.*.*", _judge, unique_id="aws-schemas")
        return found

    with mock.patch.object(Aws, "client", watched):
        yield


def _judge(params: dict[str, Any], model: Any, **_: object) -> None:
    if faults := list(violations(model.input_shape, params, f"{model.service_model.service_name}.{model.name}")):
        raise InvalidCall("; ".join(faults))


def violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    """What the botocore ``shape`` does not allow in ``value``, each with its path."""
    match shape and shape.type_name:
        case "structure":
            for key, item in value.items():
                if key in shape.members:  # boto3 reports the others
                    yield from violations(shape.members[key], item, f"{path}.{key}")
        case "list":
            yield from _size(shape, len(value), f"{path}: the number of items")
            for index, item in enumerate(value):
                yield from violations(shape.member, item, f"{path}[{index}]")
        case "map":
            yield from _size(shape, len(value), f"{path}: the number of entries")
            for key, item in value.items():
                yield from violations(shape.key, key, f"{path}: the key {key!r}")
                yield from violations(shape.value, item, f"{path}[{key!r}]")
        case "string":
            yield from _text(shape, value, path)
        case "blob":
            yield from _size(shape, len(value), f"{path}: the number of bytes")
        case "integer" | "long" | "float" | "double":
            yield from _size(shape, value, path)


def _text(shape: Any, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is not one of {', '.join(shape.enum)}"
    yield from _size(shape, len(value), f"{path}: the number of characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield f"{path}: {value!r} does not match {pattern}"


def _size(shape: Any, size: float, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"{what} is {size}, and must be at least {least}"
    if most is not None and size > most:
        yield f"{what} is {size}, and must be at most {most}"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A model's ``pattern``. Raises ``re.error`` if something in it is not known here."""
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)
