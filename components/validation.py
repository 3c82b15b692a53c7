"""Checking the arguments of a component against their ``TypedDict``, before the first resource exists.

The shape is checked here, for all components: unknown and missing keys, wrong types, integers that another language sent as
floats, numbers and text that cannot be passed on, and ARNs of the wrong kind (``arn_inputs.py``). All other rules are those of
the component, which records its faults in the same way.
"""

import difflib
import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import (
    Any,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pulumi

from .arn_inputs import arn_form
from .arns import ArnForm
from .faults import Faults, text_fault
from .redaction import fits, redacted_repr

T = TypeVar("T")
Inputs = TypeVar("Inputs", bound=Mapping[str, object])

NO_ARGS: Any = MappingProxyType({})
"""The ``args`` of a component whose inputs are keyword arguments."""

_SCALARS = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}
_WRONG = object()

RENAMED_INPUTS: Mapping[str, Mapping[str, str]] = {
    "AuthorizerFunctionArgs": {"settings": "function"},
    "RouteScopesArgs": {"match": "scopes_match"},
    "SigningKeysArgs": {"issuers": "signers"},
}
"""Name of a ``TypedDict`` -> former name of an input -> its name."""


def given(args: object, inputs: Mapping[str, object], faults: Faults) -> object:
    """The inputs of a component: the keyword arguments ``inputs``, or ``args``. Both together are an error."""
    if args is NO_ARGS:
        return inputs
    for key in inputs:
        faults.below(key).add("cannot be combined with args: write it there, or write all inputs as keyword arguments")
    return args


def check_shape(args: object, shape: Callable[..., T], faults: Faults) -> T:
    """A copy of ``args`` in the form of the ``TypedDict`` ``shape``, without invalid values, which are recorded in ``faults``.

    Maps are sorted by key, since the engine passes them in an order that differs between runs. Rules that run before
    ``faults.raise_if_any`` must not rely on required keys.
    """
    checked = _structure(args, shape, faults)
    return shape(**checked) if isinstance(checked, dict) else shape()


def only(shape: Callable[..., Inputs]) -> Callable[[Inputs], Inputs]:
    """A function that returns those of its arguments that the ``TypedDict`` ``shape`` has as well, to pass them on."""

    def inputs(args: Inputs) -> Inputs:
        return shape(**{key: args[key] for key in shape.__annotations__ if key in args})

    return inputs


def check_range(value: float | None, low: int, high: int, unit: str, faults: Faults) -> None:
    """Record in ``faults`` a value that is not between ``low`` and ``high``; ``None`` is accepted."""
    if value is not None and not low <= value <= high:
        faults.add(f"must be {low} to {high} {unit}, and is {value}")


@functools.cache
def _hints(shape: Callable[..., object]) -> Mapping[str, Any]:
    # ``pulumi.Input[T]`` contains ``"Output[T]"`` as a string, whose names are defined only in Pulumi's own module.
    return get_type_hints(shape, localns={"Output": pulumi.Output, "T": Any}, include_extras=True)


def _structure(value: object, shape: Callable[..., object], faults: Faults) -> object:
    if not isinstance(value, Mapping):
        return _wrong(faults, "an object", value)
    hints = _hints(shape)
    checked: dict[str, object] = {}
    for key, item in _entries(value, faults):
        if key not in hints:
            renamed = RENAMED_INPUTS.get(shape.__name__, {}).get(key)
            faults.below(key).add(_renamed_to(renamed) if renamed else f"unknown key{_suggestion(key, hints)}")
        elif item is not None:
            form = arn_form(shape.__name__, key, value)
            _keep(checked, key, _value(item, hints[key], faults.below(key), form))
    required: frozenset[str] = getattr(shape, "__required_keys__", frozenset())
    for key in sorted(required):
        if value.get(key) is None:
            faults.below(key).add("missing")
    return checked


def _value(value: object, hint: Any, faults: Faults, form: ArnForm | None = None) -> object:
    """``form``: that of the ARN, or of each ARN of the list or map, that ``value`` should be. A map that is not known yet is
    checked by the component."""
    origin, parameters = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Required):
        return _value(value, parameters[0], faults, form)
    if origin is Union:  # pulumi.Input[T]: a T, an awaitable of T, or an Output of T
        if not isinstance(value, pulumi.Output) and not inspect.isawaitable(value):
            return _value(value, parameters[0], faults, form)
        if form and get_origin(parameters[0]) is not dict:
            return faults.arn(value, form)
        return faults.checked(value, _any_text) if parameters[0] is str else value
    if origin in (list, Sequence):
        if isinstance(value, str) or not isinstance(value, Sequence):
            return _wrong(faults, "a list", value)
        items = [_value(item, parameters[0], faults.below(index), form) for index, item in enumerate(value)]
        return [item for item in items if item is not _WRONG]
    if origin is dict:
        if not isinstance(value, Mapping):
            return _wrong(faults, "an object", value)
        entries: dict[str, object] = {}
        for key, item in sorted(_entries(value, faults), key=itemgetter(0)):
            _keep(entries, key, _value(item, parameters[1], faults.below(key), form))
        return entries
    if is_typeddict(hint):
        return _structure(value, hint, faults)
    return _scalar(value, hint, faults, form)


def _scalar(value: object, hint: Any, faults: Faults, form: ArnForm | None) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Pulumi sends every number as a float between languages
    if hint is Any:
        if not isinstance(value, str | int | float):
            return _wrong(faults, "a string, a number, true or false", value)
    elif not isinstance(value, int | float if hint is float else hint) or (
        hint is not bool and isinstance(value, bool)
    ):
        return _wrong(faults, _SCALARS[hint], value)
    if isinstance(value, int) and not fits(value):
        return _wrong(faults, "a number of 64 bits", value)
    if isinstance(value, float) and not math.isfinite(value):
        return _wrong(faults, "a finite number", value)
    if isinstance(value, str) and (fault := text_fault(value)):
        faults.add(fault)
        return _WRONG
    if form and (fault := form.fault(value)):
        faults.add(fault)  # and kept, so that other rules do not report it as missing
    return value


def _entries(values: Mapping[Any, object], faults: Faults) -> Iterator[tuple[str, object]]:
    """The items whose keys are strings. An error for any other key is recorded at the map, since no path can name it."""
    for key, item in values.items():
        if isinstance(key, str) and text_fault(key) is None:
            yield key, item
        else:
            faults.add(f"a key {text_fault(key)}")


def _any_text(text: str) -> None:
    """A rule that accepts any text."""


def _keep(values: dict[str, object], key: str, value: object) -> None:
    if value is not _WRONG:
        values[key] = value


def _wrong(faults: Faults, wanted: str, value: object) -> object:
    found = "an Output, whose value is not known yet" if isinstance(value, pulumi.Output) else redacted_repr(value)
    faults.add(f"must be {wanted}, and is {found}")
    return _WRONG


def _renamed_to(name: str) -> str:
    return f"was renamed: write {name}"


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    if close := difflib.get_close_matches(key, known, n=1):
        return f": did you mean {close[0]}?"
    return f"; the keys are {', '.join(sorted(known))}"
