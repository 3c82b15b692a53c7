"""Reading the event that API Gateway sends to a REQUEST authorizer of an HTTP API, in payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from typing import NamedTuple

from .denial import Denied, Reason

_MAX_LOGGED = 256
"""Characters; route keys and request ids are far shorter."""


class RequestIdentity(NamedTuple):
    """What API Gateway itself says of the request: fit for logs. ``None`` where the event has nothing usable."""

    route_key: str | None = None
    request_id: str | None = None
    source_ip: str | None = None


def request_identity(event: object) -> RequestIdentity:
    """Read whatever is there, in whatever JSON may be."""
    context = _member(event, "requestContext")
    return RequestIdentity(
        route_key=_text(_member(event, "routeKey")),
        request_id=_text(_member(context, "requestId")),
        source_ip=_text(_member(_member(context, "http"), "sourceIp")),
    )


def bearer_token(event: object) -> str:
    """The token in the ``Authorization`` header, after ``Bearer`` in any case or alone (RFC 6750 section 2.1).

    Header names are compared without case. Raises ``Denied``: MALFORMED_EVENT, MISSING_TOKEN, UNSUPPORTED_SCHEME, and
    MALFORMED_TOKEN if the header is there in several spellings.
    """
    if not isinstance(event, dict) or event.get("version") != "2.0":
        raise Denied(Reason.MALFORMED_EVENT)
    headers = event.get("headers")
    if not isinstance(headers, dict):
        raise Denied(Reason.MALFORMED_EVENT if headers is not None else Reason.MISSING_TOKEN)
    values = [value for name, value in headers.items() if isinstance(name, str) and name.lower() == "authorization"]
    if len(values) > 1:
        raise Denied(Reason.MALFORMED_TOKEN)
    value = values[0] if values else ""
    if not isinstance(value, str):
        raise Denied(Reason.MALFORMED_EVENT)
    scheme, space, credentials = value.partition(" ")
    if not space:
        token = "" if scheme.lower() == "bearer" else scheme
    elif scheme.lower() == "bearer":
        token = credentials.lstrip(" ")
    else:
        raise Denied(Reason.UNSUPPORTED_SCHEME)
    if not token:
        raise Denied(Reason.MISSING_TOKEN)
    sources = event.get("identitySource")
    # API Gateway keeps the answer under these values: without the header among them it would be given to others.
    if sources and not (isinstance(sources, list) and value in sources) and not _has_trimmed(sources, value):
        raise Denied(Reason.MALFORMED_EVENT)
    return token


def _has_trimmed(sources: object, authorization: str) -> bool:
    """Whether ``authorization`` is among ``sources``, or is all of it, but for white space around it."""
    values = sources if isinstance(sources, list) else [sources]
    trimmed = authorization.strip()
    return any(isinstance(value, str) and value.strip() == trimmed for value in values)


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _MAX_LOGGED and value.isprintable() else None
