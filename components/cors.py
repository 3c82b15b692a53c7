"""CORS of an HTTP API: which web pages may call it. API Gateway answers preflight requests itself.

For ``OPTIONS`` requests beside those, see ``preflight``.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import re
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .route_keys import METHODS
from .validation import Faults, check_range

_ANY_ORIGIN = ("*", "https://*", "http://*")
"""The wildcards of API Gateway. There is none within a host."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s*?#,@]+")


class CorsArgs(TypedDict):
    """Which web pages may call the API."""

    allow_origins: list[pulumi.Input[str]]
    """Origins of the pages, as in "https://app.example.com"; "*" for every page, "https://*" or "http://*" for every page
    of that scheme."""
    allow_methods: NotRequired[list[str]]
    """Methods that they may use, or "*". Default GET, POST, PUT, PATCH, DELETE and HEAD."""
    allow_headers: NotRequired[list[str]]
    """Request headers that they may set, or "*". Default content-type. The header authorization is always among them:
    for browsers, "*" does not cover it."""
    expose_headers: NotRequired[list[str]]
    """Response headers that they may read. Default none."""
    allow_credentials: NotRequired[bool]
    """Whether cookies are sent. The header Authorization does not need it. Default false."""
    max_age: NotRequired[int]
    """Seconds that a browser keeps the answer to a preflight request, 0 to 86400, default 300."""


def cors_configuration(cors: CorsArgs, faults: Faults) -> aws.apigatewayv2.ApiCorsConfigurationArgs:
    """``cors`` as API Gateway takes it. Origins that become known later are checked then."""
    credentials = cors.get("allow_credentials", False)
    headers = cors.get("allow_headers", ["content-type"])
    if "authorization" not in (header.lower() for header in headers):
        # Without it no page could send a token. Browsers never take "*" for it (Fetch, CORS-preflight fetch, step 7).
        headers = ["authorization", *headers]
    return aws.apigatewayv2.ApiCorsConfigurationArgs(
        allow_origins=[
            origin
            if isinstance(origin, str)
            else _checked_later(origin, credentials, faults.below("allow_origins", index))
            for index, origin in enumerate(cors["allow_origins"])
        ],
        allow_methods=cors.get("allow_methods", ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        allow_headers=headers,
        expose_headers=cors.get("expose_headers"),
        allow_credentials=credentials,
        max_age=cors.get("max_age", 300),
    )


def check_cors(cors: CorsArgs, faults: Faults) -> None:
    """Note in ``faults`` what API Gateway or browsers would refuse."""
    origins, credentials = cors.get("allow_origins", ["*"]), cors.get("allow_credentials", False)
    if not origins:
        faults.below("allow_origins").add('must not be empty: write the origins of your pages, or "*"')
    for index, origin in enumerate(origins):
        if isinstance(origin, str) and (fault := _origin_fault(origin)):
            faults.below("allow_origins", index).add(fault)
    for index, method in enumerate(cors.get("allow_methods", [])):
        if method != "*" and method not in METHODS[1:]:
            below = faults.below("allow_methods", index)
            below.add(f"must be * or one of {', '.join(METHODS[1:])}, and is {method!r}")
    if credentials:
        for key in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
            if "*" in cors.get(key, []):  # type: ignore[operator] # each of the keys is a list
                faults.below(key).add(_NOT_WITH_CREDENTIALS)
    check_range(cors.get("max_age"), 0, 86400, "seconds", faults.below("max_age"))


_NOT_WITH_CREDENTIALS = '"*" does not go with allow_credentials: list them by name'
"""With credentials, browsers take "*" for a name, and API Gateway refuses it (Fetch, section 3.2.5)."""


def _origin_fault(origin: object) -> str | None:
    if isinstance(origin, str) and (origin in _ANY_ORIGIN or _ORIGIN.fullmatch(origin)):
        return None
    if isinstance(origin, str) and "*" in origin:
        return f"has no wildcard but {', '.join(_ANY_ORIGIN)}, and is {origin!r}: list the hosts by name"
    return f"must be a scheme and a host, without a path, as in https://app.example.com, and is {origin!r}"


def _checked_later(origin: pulumi.Input[str], credentials: bool, faults: Faults) -> pulumi.Output[str]:
    def checked(value: Any) -> str:
        if fault := _NOT_WITH_CREDENTIALS if value == "*" and credentials else _origin_fault(value):
            raise faults.refusal(fault)
        return str(value)

    return pulumi.Output.from_input(origin).apply(checked)
