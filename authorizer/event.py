"""Reading the event that API Gateway sends to the REQUEST authorizer of an HTTP API, in payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from .denial import Denied, Reason
from .record import Record

_MAX_LOGGED = 256
"""Characters; route keys and request ids are far shorter."""


class RequestIdentity(Record):
    """The values that API Gateway itself sets for the request, safe to log. ``None`` if the event has no usable value."""

    __slots__ = ("request_id", "route_key", "source_ip")

    def __init__(
        self, route_key: str | None = None, request_id: str | None = None, source_ip: str | None = None
    ) -> None:
        self.route_key = route_key
        self.request_id = request_id
        self.source_ip = source_ip


def request_identity(event: object) -> RequestIdentity:
    """Read the values that are present; any JSON value is accepted as ``event``."""
    context = _member(event, "requestContext")
    return RequestIdentity(
        route_key=_text(_member(event, "routeKey")),
        request_id=_text(_member(context, "requestId")),
        source_ip=_text(_member(_member(context, "http"), "sourceIp")),
    )


def client_certificate(event: object) -> str | None:
    """The certificate that the caller has presented for mutual TLS, in PEM format; ``None`` if there is none."""
    authentication = _member(_member(event, "requestContext"), "authentication")
    pem = _member(_member(authentication, "clientCert"), "clientCertPem")
    return pem if isinstance(pem, str) else None


def bearer_token(event: object) -> str:
    """The token in the ``Authorization`` header: after ``Bearer``, in any case, or on its own (RFC 6750 section 2.1).

    Header names are case-insensitive. Raises ``Denied``: MALFORMED_EVENT, MISSING_TOKEN, UNSUPPORTED_SCHEME, and
    MALFORMED_TOKEN if the header is present more than once, in different cases.
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
    # API Gateway caches the response under these values: without the header among them, others would receive it.
    if sources and not (isinstance(sources, list) and value in sources) and not _has_trimmed(sources, value):
        raise Denied(Reason.MALFORMED_EVENT)
    return token


def _has_trimmed(sources: object, authorization: str) -> bool:
    """Whether ``authorization`` is in ``sources``, or is ``sources``, ignoring leading and trailing white space."""
    values = sources if isinstance(sources, list) else [sources]
    trimmed = authorization.strip()
    return any(isinstance(value, str) and value.strip() == trimmed for value in values)


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _MAX_LOGGED and value.isprintable() else None
