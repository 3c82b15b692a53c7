"""A token request (RFC 6749 section 3.2): what counts of API Gateway's event, in payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs

from ..authorizer import client_certificate
from .refusal import Reason, Refused

MAX_BODY_BYTES = 32768
"""Four times the longest client assertion, one that an ML-DSA-87 key signed."""
MAX_PARAMETERS = 100

_FORM = "application/x-www-form-urlencoded"


class TokenRequest(NamedTuple):
    """The parts of a request that the service reads. Parameters in the URL, which is logged, are none of them."""

    form: Mapping[str, str]
    """The parameters of the body, except ``resource``; none of them is empty. Unknown ones are not removed."""
    resources: tuple[str, ...]
    """The values of ``resource`` (RFC 8707 section 2)."""
    authorization: str | None
    """The ``Authorization`` header."""
    client_certificate: str | None
    """The certificate that the client has presented for mutual TLS, in PEM format, as API Gateway says; no header counts."""


def read_request(event: object) -> TokenRequest:
    """Read ``event``, which may be any JSON value. Raises ``Refused``."""
    if not isinstance(event, dict) or event.get("version") != "2.0":
        raise Refused(Reason.MALFORMED_EVENT)
    if _http_method(event) != "POST":
        raise Refused(Reason.WRONG_HTTP_METHOD)
    headers = {} if event.get("headers") is None else event["headers"]
    if not isinstance(headers, dict):
        raise Refused(Reason.MALFORMED_EVENT)
    # The charset does not matter: a form is ASCII, and what is encoded in it is UTF-8 (RFC 6749 appendix B).
    if (_header(headers, "content-type") or "").partition(";")[0].strip().lower() != _FORM:
        raise Refused(Reason.WRONG_CONTENT_TYPE)
    parameters = _parameters(_body(event))
    resources = tuple(parameters.pop("resource", ()))
    if any(len(values) > 1 for values in parameters.values()):
        raise Refused(Reason.REPEATED_PARAMETER)
    return TokenRequest(
        {name: values[0] for name, values in parameters.items()},
        resources,
        _header(headers, "authorization"),
        client_certificate(event),
    )


def _http_method(event: Mapping[str, object]) -> object:
    context = event.get("requestContext")
    http = context.get("http") if isinstance(context, dict) else None
    return http.get("method") if isinstance(http, dict) else None


def _header(headers: Mapping[object, object], wanted: str) -> str | None:
    """The only header of this name, in any case; ``None`` if there is none."""
    values = [value for name, value in headers.items() if isinstance(name, str) and name.lower() == wanted]
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], str):
        raise Refused(Reason.MALFORMED_EVENT)
    return values[0]


def _body(event: Mapping[str, object]) -> bytes:
    body = event.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise Refused(Reason.MALFORMED_EVENT)
    encoded = event.get("isBase64Encoded") is True
    if len(body) > (MAX_BODY_BYTES * 4 // 3 + 4 if encoded else MAX_BODY_BYTES):
        raise Refused(Reason.BODY_TOO_LARGE)
    try:
        octets = b64decode(body, validate=True) if encoded else body.encode()
    except ValueError:  # an unpaired surrogate, too
        raise Refused(Reason.UNREADABLE_BODY) from None
    if len(octets) > MAX_BODY_BYTES:
        raise Refused(Reason.BODY_TOO_LARGE)
    return octets


def _parameters(body: bytes) -> dict[str, list[str]]:
    """The parameters by name. Empty ones are omitted, as if they had not been sent (RFC 6749 section 3.2)."""
    if body.count(b"&") >= MAX_PARAMETERS:
        raise Refused(Reason.BODY_TOO_LARGE)
    try:
        return parse_qs(body.decode(), errors="strict")
    except UnicodeDecodeError:
        raise Refused(Reason.UNREADABLE_BODY) from None
