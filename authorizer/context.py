"""The authorizer's context: what the backend learns of the token (``event.requestContext.authorizer.lambda``)."""

from collections.abc import Iterable

from .claims import Claims
from .denial import Denied, Reason

MAX_CONTEXT_CHARACTERS = 4096
"""Names and values together. API Gateway names no limit for HTTP APIs; it has 8 KB for WebSocket APIs' authorizers."""

_MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259 section 6)."""

Scalar = str | int | float | bool


def backend_context(claims: Claims, names: Iterable[str]) -> dict[str, Scalar]:
    """The claims ``names`` that are there, scalars only: a list or an object is left out, as is null.

    Raises ``Denied``: MALFORMED_CLAIM for control characters and other unprintable text, which could forge a line of a
    log or a header downstream, and for numbers out of range; CONTEXT_TOO_LARGE beyond ``MAX_CONTEXT_CHARACTERS``.
    """
    context: dict[str, Scalar] = {}
    size = 0
    for name in names:
        value = claims.get(name)
        if isinstance(value, str):
            if not value.isprintable():
                raise Denied(Reason.MALFORMED_CLAIM)
            size += len(value)
        elif isinstance(value, int | float):
            if not -_MAX_INTEGER <= value <= _MAX_INTEGER:
                raise Denied(Reason.MALFORMED_CLAIM)
        else:
            continue
        size += len(name)
        context[name] = value
    if size > MAX_CONTEXT_CHARACTERS:
        raise Denied(Reason.CONTEXT_TOO_LARGE)
    return context
