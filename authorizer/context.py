"""The authorizer's context: the claims that are passed to the backend (``event.requestContext.authorizer.lambda``)."""

from collections.abc import Iterable

from .claims import Claims
from .denial import Denied, Reason

MAX_CONTEXT_CHARACTERS = 4096
"""For names and values together. API Gateway documents no limit for HTTP APIs; for WebSocket APIs it is 8 KB."""

_MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON parser represents exactly (RFC 8259 section 6)."""

ContextValue = str | int | float | bool | list[str]
"""The types that AWS documents for payload format 2.0, except maps.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""


def backend_context(claims: Claims, names: Iterable[str]) -> dict[str, ContextValue]:
    """Those of the claims ``names`` that are present and are scalars or lists of strings. Null, objects and other lists are
    omitted.

    Raises ``Denied``: MALFORMED_CLAIM for text that could forge a log line or a header downstream, or be displayed in
    another order than it is written in, and for numbers out of range; CONTEXT_TOO_LARGE beyond
    ``MAX_CONTEXT_CHARACTERS``.
    """
    context: dict[str, ContextValue] = {}
    size = 0
    for name in names:
        value = claims.get(name)
        if isinstance(value, str):
            if not value.isprintable():
                _check_text(value, name)
            size += len(value)
        elif isinstance(value, int | float):
            if not -_MAX_INTEGER <= value <= _MAX_INTEGER:
                raise Denied(Reason.MALFORMED_CLAIM, claim=name)
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            for item in value:
                _check_text(item, name)
                size += len(item)
        else:
            continue
        size += len(name)
        context[name] = value
    if size > MAX_CONTEXT_CHARACTERS:
        raise Denied(Reason.CONTEXT_TOO_LARGE)
    return context


def _check_text(text: str, name: str) -> None:
    # Text that Python considers printable is safe; other text may still be a name, with a no-break space or a joiner.
    if not text.isprintable() and any(map(_is_unsafe, text)):
        raise Denied(Reason.MALFORMED_CLAIM, claim=name)


def _is_unsafe(character: str) -> bool:
    """Whether it is in the Unicode categories Cc, Zl, Zp or Cs, or is an explicit bidirectional control (UAX #9 section 2).

    The implicit marks (LRM, RLM, ALM; UAX #9 section 2.6) are allowed: they affect only their neighbours, and occur in
    names in scripts that are written from right to left.
    """
    return (
        character < " "
        or "\x7f" <= character <= "\x9f"
        or "\u2028" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
        or "\ud800" <= character <= "\udfff"
    )
