"""CORS of an HTTP API: which web pages may call it. API Gateway answers preflight requests itself.

For other ``OPTIONS`` requests, see ``preflight``.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import ipaddress
import re
from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..late_checks import checked_later
from ..parameter_mappings import FIELD_NAME
from ..route_keys import METHODS
from ..validation import check_range

_ANY_ORIGIN = ("*", "https://*", "http://*")
"""The wildcards of API Gateway, which supports none within a host."""

_ORIGIN = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?"
)
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class CorsArgs(TypedDict):
    """Cross-origin resource sharing: which web pages may call the API."""

    allow_origins: Sequence[pulumi.Input[str]]
    """Allowed origins, such as "https://app.example.com"; "*" for every origin, "https://*" or "http://*" for every
    origin with that scheme."""
    allow_methods: NotRequired[list[str]]
    """Allowed methods, at least one, or "*". Default: GET, POST, PUT, PATCH, DELETE and HEAD."""
    allow_headers: NotRequired[list[str]]
    """Allowed request headers, or "*". Default: content-type. The authorization header is always added, since "*" does
    not include it in browsers, and the other headers with credentials where routes have another `authorization`."""
    expose_headers: NotRequired[list[str]]
    """Response headers that pages may read. Default: none."""
    allow_credentials: NotRequired[bool]
    """Whether requests may include credentials such as cookies. Not required for the Authorization header. Default:
    false."""
    max_age: NotRequired[int]
    """Seconds for which a browser caches the response to a preflight request, 0 to 86400. Default: 300."""


def cors_configuration(
    cors: CorsArgs, credentials_headers: Sequence[str], faults: Faults
) -> aws.apigatewayv2.ApiCorsConfigurationArgs:
    """``cors`` in the form of API Gateway. Origins that are Outputs are checked once they are known.

    ``credentials_headers`` are those in which requests have their credentials.
    """
    credentials = cors.get("allow_credentials", False)
    headers = cors.get("allow_headers", ["content-type"])
    # Without them no page could send its credentials. In browsers "*" never includes the authorization header (Fetch,
    # CORS-preflight fetch, step 7).
    known = {header.lower() for header in headers}
    needed = [header for header in credentials_headers if header == "authorization" or "*" not in known]
    headers = [*(header for header in needed if header not in known), *headers]
    return aws.apigatewayv2.ApiCorsConfigurationArgs(
        allow_origins=[
            checked_later(
                origin,
                _origin_fault_with_credentials if credentials else _origin_fault,
                faults.below("allow_origins", index),
            )
            for index, origin in enumerate(cors["allow_origins"])
        ],
        allow_methods=cors.get("allow_methods", ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        allow_headers=headers,
        expose_headers=cors.get("expose_headers"),
        allow_credentials=credentials,
        max_age=cors.get("max_age", 300),
    )


def check_cors(cors: CorsArgs, faults: Faults) -> None:
    """Record in ``faults`` what API Gateway or browsers would reject."""
    origins, credentials = cors.get("allow_origins", ["*"]), cors.get("allow_credentials", False)
    if not origins:
        faults.below("allow_origins").add('must not be empty: write the origins of your pages, or "*"')
    for index, origin in enumerate(origins):
        if isinstance(origin, str) and (fault := _origin_fault(origin)):
            faults.below("allow_origins", index).add(fault)
    if cors.get("allow_methods") == []:
        faults.below("allow_methods").add('must not be empty: write the methods that your pages use, or "*"')
    for index, method in enumerate(cors.get("allow_methods", [])):
        if method != "*" and method not in METHODS[1:]:
            below = faults.below("allow_methods", index)
            below.add(f"must be * or one of {', '.join(METHODS[1:])}, and is {method!r}")
    for key, names in (
        ("allow_headers", cors.get("allow_headers", [])),
        ("expose_headers", cors.get("expose_headers", [])),
    ):
        for index, name in enumerate(names):
            if not FIELD_NAME.fullmatch(name):
                faults.below(key, index).add(
                    f"must be * or the name of one header, such as x-request-id (RFC 9110 section 5.1), and is {name!r}"
                )
    if credentials:
        for wildcard in _ANY_ORIGIN:
            if wildcard in origins:
                faults.below("allow_origins").add(_not_with_credentials(wildcard))
        for key in ("allow_methods", "allow_headers", "expose_headers"):
            if "*" in cors.get(key, []):  # type: ignore[operator] # each of the keys is a list
                faults.below(key).add(_not_with_credentials("*"))
    check_range(cors.get("max_age"), 0, 86400, "seconds", faults.below("max_age"))


def _not_with_credentials(wildcard: str) -> str:
    """With credentials, browsers treat "*" as a literal name, and API Gateway rejects it (Fetch, section 3.2.5). For the
    wildcard of a scheme it answers with the origin of the page, so that any page could call the API on behalf of the user."""
    return f'"{wildcard}" cannot be combined with allow_credentials: list them by name'


def _origin_fault_with_credentials(origin: object) -> str | None:
    return _not_with_credentials(str(origin)) if origin in _ANY_ORIGIN else _origin_fault(origin)


def _origin_fault(origin: object) -> str | None:
    """Origins are compared as browsers send them: in lower case, without the default port of the scheme.

    Fetch, section 4.9 (CORS check); HTML, section 7.1.1 (serialisation of an origin).
    """
    if origin in _ANY_ORIGIN:
        return None
    if isinstance(origin, str) and "*" in origin:
        return f"supports only the wildcards {', '.join(_ANY_ORIGIN)}, and is {origin!r}: list the hosts by name"
    parts = _ORIGIN.fullmatch(origin) if isinstance(origin, str) else None
    host = _host(parts["host"]) if parts else None
    if parts is None or host is None:
        return f"must be a scheme and a host, without a path, such as https://app.example.com, and is {origin!r}"
    scheme, port = parts["scheme"].lower(), int(parts["port"] or 0)
    if parts["port"] and not 1 <= port <= 65535:
        return f"must have a port from 1 to 65535, or none, and is {origin!r}"
    sent = f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else "")
    return None if origin == sent else f"is never sent by a browser as {origin!r}: write {sent}"


def _host(host: str) -> str | None:
    """``host`` as browsers send it; ``None`` if it is not a host."""
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        except ValueError:
            return None
    try:
        written = host.lower() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    return written if _HOST.fullmatch(written) else None
