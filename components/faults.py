"""The errors in the inputs of a component: collected, each with its full path, and raised together."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, Self

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails

from .arns import ArnForm
from .redaction import redacted_repr


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


def _extend(path: str, key: str | int) -> str:
    """Indices and keys that are not identifiers are in brackets: ``apis.orders.routes["GET /orders"].scopes[0]``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key.replace("-", "_").isidentifier():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
