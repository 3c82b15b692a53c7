"""The authorizer's context: what the backend learns of the token (``event.requestContext.authorizer.lambda``)."""

from collections.abc import Iterable

from .claims import Claims
from .denial import Denied, Reason

MAX_CONTEXT_CHARACTERS = 4096
"""Names and values together. API Gateway names no limit for HTTP APIs; it has 8 KB for WebSocket APIs' authorizers."""

_MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259 section 6)."""

ContextValue = str | int | float | bool | list[str]
"""What AWS documents for payload format 2.0, but for maps.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""


def backend_context(claims: Claims, names: Iterable[str]) -> dict[str, ContextValue]:
    """The claims ``names`` that are there: scalars, and lists of strings. Null, objects and other lists are left out.

    Raises ``Denied``: MALFORMED_CLAIM for text that could forge a line of a log or a header downstream, or be shown in
    another order than it is written in, and for numbers out of range; CONTEXT_TOO_LARGE beyond
    ``MAX_CONTEXT_CHARACTERS``.
    """
    context: dict[str, ContextValue] = {}
    size = 0
    for name in names:
        value = claims.get(name)
        if isinstance(value, str):
            if not value.isprintable():
                _check_fit(value, name)
            size += len(value)
        elif isinstance(value, int | float):
            if not -_MAX_INTEGER <= value <= _MAX_INTEGER:
                raise Denied(Reason.MALFORMED_CLAIM, claim=name)
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            for item in value:
                _check_fit(item, name)
                size += len(item)
        else:
            continue
        size += len(name)
        context[name] = value
    if size > MAX_CONTEXT_CHARACTERS:
        raise Denied(Reason.CONTEXT_TOO_LARGE)
    return context


def _check_fit(text: str, name: str) -> None:
    # What is printable to Python is fit; what is not may still be a name, with a no-break space or a joiner.
    if not text.isprintable() and any(map(_is_unfit, text)):
        raise Denied(Reason.MALFORMED_CLAIM, claim=name)


def _is_unfit(character: str) -> bool:
    """Of the Unicode categories Cc, Zl, Zp and Cs, or an explicit bidirectional control (UAX #9 section 2).

    The implicit marks (LRM, RLM, ALM; UAX #9 section 2.6) reorder nothing beyond their neighbours, and names in scripts
    written from right to left have them.
    """
    return (
        character < " "
        or "\x7f" <= character <= "\x9f"
        or "\u2028" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
        or "\ud800" <= character <= "\udfff"
    )
