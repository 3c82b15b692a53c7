"""Checking the arguments of a component against their ``TypedDict``, before the first resource exists.

The shape is checked here, for all components: unknown and missing keys, wrong types, integers that another language sent as
floats, numbers and text that cannot be passed on, and ARNs of the wrong kind (``arns.py``). All other rules are those of the
component, which records its faults in the same way.
"""

import difflib
import functools
import inspect
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from operator import itemgetter
from types import MappingProxyType
from typing import (
    Any,
    NamedTuple,
    NotRequired,
    Required,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails

from .arns import ArnForm, arn_form
from .redaction import fits, redacted_repr

T = TypeVar("T")
Inputs = TypeVar("Inputs", bound=Mapping[str, object])

NO_ARGS: Any = MappingProxyType({})
"""The ``args`` of a component whose inputs are keyword arguments."""

_SCALARS = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}
_WRONG = object()


class InvalidArgs(InputPropertiesError, pulumi.RunError):
    """Invalid inputs, with every error. No resource of the component has been created, unless an error is in the value of an
    Output, which becomes known only during the deployment.

    A ``RunError``, so that a Python program ends with the message instead of a traceback; an ``InputPropertiesError``, so that
    a program in another language is told which property is invalid.
    """


class Spelling(NamedTuple):
    """How another language writes what errors name."""

    path: Callable[[str], str]
    """The path of an input."""
    reason: Callable[[str], str]
    """A text that names inputs."""


foreign_spelling: ContextVar[Spelling] = ContextVar("foreign_spelling")
"""Converts the path of an input to the spelling of the program's language, if that is not Python. A context variable, since
Outputs fail after the constructor has returned."""

RENAMED_INPUTS: Mapping[str, Mapping[str, str]] = {
    "AuthorizerFunctionArgs": {"settings": "function"},
    "RouteScopesArgs": {"match": "scopes_match"},
    "SigningKeysArgs": {"issuers": "signers"},
}
"""Name of a ``TypedDict`` -> former name of an input -> its name."""

_NOT_SHOWN = (
    "is invalid; the reason is not shown, since it may quote a secret: to see it, unmark the value as a secret "
    "(pulumi.Output.unsecret)"
)


class Faults:
    """Collects the errors in the inputs of ``subject``, each with its full path."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._path = ""
        self._faults: list[InputPropertyErrorDetails] = []
        self._late: dict[tuple[int, object], tuple[object, pulumi.Output[Any]]] = {}

    def below(self, *keys: str | int) -> Self:
        """The same collection, for the input at ``keys``: names, map keys and list indices."""
        view = type(self)(self._subject)
        view._faults = self._faults
        view._late = self._late
        view._path = self._path
        for key in keys:
            view._path = _extend(view._path, key)
        return view

    @property
    def path(self) -> str:
        """The path of the faults that are recorded here, as messages show it."""
        return self._path

    @property
    def found(self) -> Sequence[InputPropertyErrorDetails]:
        """The faults recorded so far, here or elsewhere in the inputs of the subject."""
        return self._faults

    def add(self, reason: str) -> None:
        """Record an error in the value here. ``reason`` says what was found, and what to write instead."""
        self._faults.append({"property_path": self._path or "args", "reason": reason})

    def missing(self, hint: str) -> None:
        """Record that the value here is missing, and what to write, unless it or what contains it is recorded as invalid."""
        recorded = {fault["property_path"] for fault in self._faults}
        if not recorded & {"args", *_prefixes(self._path)}:
            self.add(f"missing: {hint}")

    def raise_if_any(self) -> None:
        """Raise ``InvalidArgs`` if an error was recorded."""
        if self._faults:
            raise _invalid(f"{self._subject} has invalid inputs, and nothing was created:", self._faults)

    def late_error(self, *, secret: bool = False) -> InputPropertiesError:
        """The error for the faults recorded in values of Outputs: other resources may have been created already.

        If one of the values is a ``secret``, only the paths are shown, since the reasons may quote it.
        """
        shown: list[InputPropertyErrorDetails] = [
            {"property_path": fault["property_path"], "reason": _NOT_SHOWN if secret else fault["reason"]}
            for fault in self._faults
        ]
        return _invalid(f"{self._subject} has invalid inputs, found during the deployment:", shown)

    def late_error_here(self, reason: str) -> InputPropertiesError:
        """Like ``late_error``, for only the value here."""
        fault: InputPropertyErrorDetails = {"property_path": self._path or "args", "reason": reason}
        return _invalid(f"{self._subject} has invalid inputs, found during the deployment:", [fault])

    def arn(self, value: pulumi.Input[Any], form: ArnForm) -> pulumi.Output[Any]:
        """``value`` as an Output that fails with ``InvalidArgs`` if its value is not an ARN of that form.

        The same value always gives the same Output, so that inputs that share it can be compared.
        """

        def fault(found: object) -> str | None:
            return form.fault(found) or text_fault(found)

        unquoted = f"must be the ARN of {form.what}, such as {form.example}, and is a secret, which is not shown"
        return self._when_known(value, form, fault, unquoted)

    def checked(self, value: pulumi.Input[str], rule: Callable[[str], str | None]) -> pulumi.Output[str]:
        """``value`` as an Output that fails with ``InvalidArgs`` if its value is not a string, or violates ``rule``.

        ``rule`` returns the error and what to write instead, or ``None``. It is called once the value is known; use ``add``
        for values that are known beforehand. For a secret the error is not shown, since it may quote the value. The same
        value and rule always give the same Output: pass a function of a module, not one created for each value.
        """

        def fault(found: object) -> str | None:
            return text_fault(found) or rule(str(found))

        return self._when_known(value, rule, fault, _NOT_SHOWN)

    def _when_known(
        self, value: pulumi.Input[Any], rule: object, fault: Callable[[object], str | None], unquoted: str
    ) -> pulumi.Output[Any]:
        known = self._late.get((id(value), rule))
        if known is None:
            output = pulumi.Output.from_input(value)

            def checked(found: object) -> object:
                reason = fault(found)
                return found if reason is None else failed(reason)

            async def failed(reason: str) -> object:
                raise self.late_error_here(unquoted if await output.is_secret() else reason)

            # The value is kept, so that its id is not reused.
            known = value, output.apply(checked)
            self._late[id(value), rule] = known
        return known[1]


def _prefixes(path: str) -> Iterator[str]:
    """``path``, and the paths of what contains it."""
    yield from (path[: end.start()] for end in re.finditer(r"[.\[]|$", path))


def text_fault(value: object) -> str | None:
    """The error if ``value`` is not text that can be sent to the engine and to AWS; otherwise ``None``."""
    if not isinstance(value, str):
        return f"must be a string, and is {redacted_repr(value)}"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f"must be valid Unicode text, and has an unpaired surrogate at position {error.start}"
    return None


def _invalid(headline: str, faults: list[InputPropertyErrorDetails]) -> InputPropertiesError:
    spelling = foreign_spelling.get(None)
    spelled: list[InputPropertyErrorDetails] = [
        {"property_path": spelling.path(fault["property_path"]), "reason": spelling.reason(fault["reason"])}
        if spelling
        else fault
        for fault in faults
    ]
    message = "\n".join([headline, *(f"  {fault['property_path']}: {fault['reason']}" for fault in spelled)])
    # The plugin would report a ``RunError`` as its own failure, not as an error in the property.
    return (InputPropertiesError if spelling else InvalidArgs)(message, spelled)


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


def _extend(path: str, key: str | int) -> str:
    """Indices and keys that are not identifiers are in brackets: ``apis.orders.routes["GET /orders"].scopes[0]``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key.replace("-", "_").isidentifier():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _renamed_to(name: str) -> str:
    return f"was renamed: write {name}"


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    if close := difflib.get_close_matches(key, known, n=1):
        return f": did you mean {close[0]}?"
    return f"; the keys are {', '.join(sorted(known))}"
