"""Which inputs the components have, and which of them a program gives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, get_args, get_type_hints, is_typeddict
from unittest import mock

import pulumi

from components.plugin import COMPONENTS


def all_inputs() -> set[str]:
    """Every input of every component, as ``RouteArgs.public``."""
    found: set[str] = set()
    waiting = [_args_type(component) for component in COMPONENTS]
    while waiting:
        type_ = waiting.pop()
        for key, annotation in _hints(type_).items():
            if f"{type_.__name__}.{key}" not in found:
                found.add(f"{type_.__name__}.{key}")
                waiting.extend(_structures(annotation))
    return found


@contextmanager
def noted() -> Iterator[set[str]]:
    """The inputs that the components get while the block lasts, those that one passes on to another included."""
    found: set[str] = set()
    with ExitStack() as patches:
        for component in COMPONENTS:
            patches.enter_context(mock.patch.object(component, "__init__", _noting(component, found)))
        yield found


def _noting(component: type[Any], found: set[str]) -> Callable[..., None]:
    original, args_type = component.__init__, _args_type(component)

    def init(self: Any, name: str, args: Mapping[str, Any] | None = None, opts: Any = None, **inputs: Any) -> None:
        found.update(_given(args_type, {**(args or {}), **inputs}))
        original(self, name, *([] if args is None else [args]), opts=opts, **inputs)

    return init


def _args_type(component: type[Any]) -> Any:
    return component.__init__.__annotations__["args"]


@cache
def _hints(type_: Any) -> Mapping[str, Any]:
    # ``pulumi.Input[T]`` contains ``"Output[T]"`` as a string, whose names are defined only in Pulumi's own module.
    return get_type_hints(type_, localns={"Output": pulumi.Output, "T": Any})


def _structures(annotation: Any) -> Iterator[Any]:
    """The ``TypedDict``s in an annotation."""
    if is_typeddict(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from _structures(part)


def _given(type_: Any, value: Mapping[str, Any]) -> Iterator[str]:
    hints = _hints(type_)
    for key, item in value.items():
        yield f"{type_.__name__}.{key}"
        for structure in _structures(hints[key]):
            for inner in _objects(hints[key], item):
                yield from _given(structure, inner)


def _objects(annotation: Any, value: Any) -> Iterator[Mapping[str, Any]]:
    """The values of a structure itself, a list of it, or a map of it."""
    if is_typeddict(annotation):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _objects(get_args(annotation)[-1], item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _objects(get_args(annotation)[-1], item)
