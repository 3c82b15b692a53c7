"""Checking the arguments of a component against their ``TypedDict``, before the first resource exists.

The shape is checked here, for every component alike: unknown and missing keys, wrong types, whole numbers that another
language sent as floats, numbers and text that cannot be sent on, and ARNs that name something else than they should
(``arns.py``). What else a value may be is for the component's own rules, which note faults the same way.
"""

import difflib
import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from operator import itemgetter
from types import MappingProxyType
from typing import (
    Any,
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
    """Arguments that were refused, with all their faults; no resource of the component exists, unless the fault is one of an
    Output, whose value the deployment had to find out first.

    A ``RunError``, so that a Python program ends with the message and not with a traceback; an ``InputPropertiesError``,
    so that a program in another language is told which property is at fault.
    """


foreign_spelling: ContextVar[Callable[[str], str]] = ContextVar("foreign_spelling")
"""How the program writes the path of an input, if it is in another language. A context's, since Outputs fail after the
constructor has returned."""

RENAMED_INPUTS: Mapping[str, Mapping[str, str]] = {
    "AuthorizerFunctionArgs": {"settings": "function"},
    "RouteScopesArgs": {"match": "scopes_match"},
    "SigningKeysArgs": {"issuers": "signers"},
}
"""Name of a ``TypedDict`` -> former name of an input -> its name."""

_NOT_SHOWN = (
    "is not as it must be, and the reason is not shown, since it may quote a secret: to read it, mark the value as secret no "
    "longer (pulumi.Output.unsecret)"
)


class Faults:
    """Collects what is wrong with the arguments of ``subject``, each fault with its full path."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._path = ""
        self._faults: list[InputPropertyErrorDetails] = []
        self._late: dict[tuple[int, object], tuple[object, pulumi.Output[Any]]] = {}

    def below(self, *keys: str | int) -> Self:
        """The same collection, for what lies below ``keys``: names, map keys and list indices."""
        view = type(self)(self._subject)
        view._faults = self._faults
        view._late = self._late
        view._path = self._path
        for key in keys:
            view._path = _extend(view._path, key)
        return view

    @property
    def path(self) -> str:
        """Where the faults that are noted here lie, as messages show it."""
        return self._path

    @property
    def found(self) -> Sequence[InputPropertyErrorDetails]:
        """The faults noted so far, here or elsewhere in the arguments of the subject."""
        return self._faults

    def add(self, reason: str) -> None:
        """Note that the value here is wrong: what was found, and what to write instead."""
        self._faults.append({"property_path": self._path or "args", "reason": reason})

    def raise_if_any(self) -> None:
        """Raise ``InvalidArgs`` if anything was noted."""
        if self._faults:
            raise _invalid(f"{self._subject} is refused, and nothing was created:", self._faults)

    def late_refusal(self, *, secret: bool = False) -> InputPropertiesError:
        """What to raise for all that was noted of values that were not known at first: something may have been created.

        Where there is a ``secret`` among them only the paths are told, since the reasons may quote it.
        """
        told: list[InputPropertyErrorDetails] = [
            {"property_path": fault["property_path"], "reason": _NOT_SHOWN if secret else fault["reason"]}
            for fault in self._faults
        ]
        return _invalid(f"{self._subject} is refused during the deployment:", told)

    def refusal(self, reason: str) -> InputPropertiesError:
        """The same for the value here alone."""
        fault: InputPropertyErrorDetails = {"property_path": self._path or "args", "reason": reason}
        return _invalid(f"{self._subject} is refused during the deployment:", [fault])

    def arn(self, value: pulumi.Input[Any], form: ArnForm) -> pulumi.Output[Any]:
        """``value`` as an Output that fails with ``InvalidArgs`` if it turns out not to be an ARN of that form.

        One value gives one Output, wherever it stands: what has the same Outputs is the same.
        """

        def fault(found: object) -> str | None:
            return form.fault(found) or text_fault(found)

        unquoted = f"must be the ARN of {form.what}, as in {form.example}, and is a secret, which is not shown"
        return self._when_known(value, form, fault, unquoted)

    def checked(self, value: pulumi.Input[str], rule: Callable[[str], str | None]) -> pulumi.Output[str]:
        """``value`` as an Output that fails with ``InvalidArgs`` if it turns out to be no text, or to break ``rule``.

        ``rule`` returns what is wrong and what to write instead, or ``None``. It is asked when the value is known; what is
        known from the start belongs to ``add``. Of a secret the fault is not shown, since it may quote the value. One value
        and one rule give one Output, wherever they stand: a rule is a function of a module, not one made for each value.
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
                return found if reason is None else refused(reason)

            async def refused(reason: str) -> object:
                raise self.refusal(unquoted if await output.is_secret() else reason)

            # The value is kept, so that no other gets its id.
            known = value, output.apply(checked)
            self._late[id(value), rule] = known
        return known[1]


def text_fault(value: object) -> str | None:
    """What is wrong with ``value`` if it is no text that can be sent to the engine and to AWS; else ``None``."""
    if not isinstance(value, str):
        return f"must be a string, and is {redacted_repr(value)}"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f"must be text that UTF-8 can encode, and has a lone surrogate at position {error.start}"
    return None


def _invalid(headline: str, faults: list[InputPropertyErrorDetails]) -> InputPropertiesError:
    spelled: list[InputPropertyErrorDetails] = [
        {"property_path": _spelled(fault["property_path"]), "reason": fault["reason"]} for fault in faults
    ]
    message = "\n".join([headline, *(f"  {fault['property_path']}: {fault['reason']}" for fault in spelled)])
    # Of a ``RunError`` the engine is told as of a failure of the plugin itself, and not of the property.
    return (InputPropertiesError if foreign_spelling.get(None) else InvalidArgs)(message, spelled)


def _spelled(path: str) -> str:
    spelling = foreign_spelling.get(None)
    return spelling(path) if spelling else path


def given(args: object, inputs: Mapping[str, object], faults: Faults) -> object:
    """The inputs of a component: the keyword arguments ``inputs``, if it has no ``args``. Both are noted in ``faults``."""
    if args is NO_ARGS:
        return inputs
    for key in inputs:
        faults.below(key).add("is given beside args: write it there, or all inputs as keyword arguments")
    return args


def check_shape(args: object, shape: Callable[..., T], faults: Faults) -> T:
    """A copy of ``args`` in the form of the ``TypedDict`` ``shape``; what does not fit is left out and noted in ``faults``.

    Maps come out sorted by key, since the engine hands them over in an order that differs from run to run. Rules that run
    before ``faults.raise_if_any`` must not rely on a required key being there.
    """
    checked = _structure(args, shape, faults)
    return shape(**checked) if isinstance(checked, dict) else shape()


def only(shape: Callable[..., Inputs]) -> Callable[[Inputs], Inputs]:
    """What takes arguments that have the inputs of the ``TypedDict`` ``shape``, and others, and gives those of ``shape`` alone:
    to pass them on to what takes no others."""

    def inputs(args: Inputs) -> Inputs:
        return shape(**{key: args[key] for key in shape.__annotations__ if key in args})

    return inputs


def check_range(value: float | None, low: int, high: int, unit: str, faults: Faults) -> None:
    """Note in ``faults`` a value outside ``low`` to ``high``; ``None`` is none."""
    if value is not None and not low <= value <= high:
        faults.add(f"must be {low} to {high} {unit}, and is {value}")


@functools.cache
def _hints(shape: Callable[..., object]) -> Mapping[str, Any]:
    # ``pulumi.Input[T]`` holds ``"Output[T]"`` as text, whose names are known in Pulumi's own module only.
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
    """``form``: that of the ARN, or of each ARN of the list, that ``value`` should be."""
    origin, parameters = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Required):
        return _value(value, parameters[0], faults, form)
    if origin is Union:  # pulumi.Input[T]: a T, an awaitable of T, or an Output of T
        if not isinstance(value, pulumi.Output) and not inspect.isawaitable(value):
            return _value(value, parameters[0], faults, form)
        if form:
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
            _keep(entries, key, _value(item, parameters[1], faults.below(key)))
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
        faults.add(fault)  # and kept: the other rules are about what was meant
    return value


def _entries(values: Mapping[Any, object], faults: Faults) -> Iterator[tuple[str, object]]:
    """What stands at keys that are text. Another key is noted where the map is, since no path can name it."""
    for key, item in values.items():
        if isinstance(key, str) and text_fault(key) is None:
            yield key, item
        else:
            faults.add(f"a key {text_fault(key)}")


def _any_text(text: str) -> None:
    """No rule but that it is text."""


def _keep(values: dict[str, object], key: str, value: object) -> None:
    if value is not _WRONG:
        values[key] = value


def _wrong(faults: Faults, wanted: str, value: object) -> object:
    found = "an Output, whose value is not known yet" if isinstance(value, pulumi.Output) else redacted_repr(value)
    faults.add(f"must be {wanted}, and is {found}")
    return _WRONG


def _extend(path: str, key: str | int) -> str:
    """Indices and map keys that are no plain words stand in brackets: ``apis.orders.routes["GET /orders"].scopes[0]``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key.replace("-", "_").isidentifier():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _renamed_to(name: str) -> str:
    return f"was renamed: write {_spelled(name)}"


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    if close := difflib.get_close_matches(key, known, n=1):
        return f": did you mean {_spelled(close[0])}?"
    return f"; the keys are {', '.join(map(_spelled, sorted(known)))}"
