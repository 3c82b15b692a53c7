"""CORS of an HTTP API: which web pages may call it. API Gateway answers preflight requests itself.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

import re
from typing import NotRequired, TypedDict

import pulumi_aws as aws

from .route_keys import METHODS
from .validation import Faults, check_range

_ORIGIN = re.compile(r"(https?|[a-z][a-z0-9+.-]*)://[^/\s*]+")


class CorsArgs(TypedDict):
    """Which web pages may call the API."""

    allow_origins: list[str]
    """Origins of the pages, as in "https://app.example.com", or "*" for every page."""
    allow_methods: NotRequired[list[str]]
    """Methods that they may use, or "*". Default GET, POST, PUT, PATCH, DELETE and HEAD."""
    allow_headers: NotRequired[list[str]]
    """Request headers that they may set. Default authorization and content-type."""
    expose_headers: NotRequired[list[str]]
    """Response headers that they may read. Default none."""
    allow_credentials: NotRequired[bool]
    """Whether cookies are sent. The header Authorization does not need it. Default false."""
    max_age: NotRequired[int]
    """Seconds that a browser keeps the answer to a preflight request, 0 to 86400, default 300."""


def cors_configuration(cors: CorsArgs) -> aws.apigatewayv2.ApiCorsConfigurationArgs:
    """``cors`` as API Gateway takes it."""
    return aws.apigatewayv2.ApiCorsConfigurationArgs(
        allow_origins=cors["allow_origins"],
        allow_methods=cors.get("allow_methods", ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        allow_headers=cors.get("allow_headers", ["authorization", "content-type"]),
        expose_headers=cors.get("expose_headers"),
        allow_credentials=cors.get("allow_credentials", False),
        max_age=cors.get("max_age", 300),
    )


def check_cors(cors: CorsArgs, faults: Faults) -> None:
    """Note in ``faults`` what API Gateway or browsers would refuse."""
    origins = cors.get("allow_origins", ["*"])
    if not origins:
        faults.below("allow_origins").add('must not be empty: write the origins of your pages, or "*"')
    for index, origin in enumerate(origins):
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            below = faults.below("allow_origins", index)
            below.add(f"must be a scheme and a host, without a path, as in https://app.example.com, and is {origin!r}")
    for index, method in enumerate(cors.get("allow_methods", [])):
        if method != "*" and method not in METHODS[1:]:
            below = faults.below("allow_methods", index)
            below.add(f"must be * or one of {', '.join(METHODS[1:])}, and is {method!r}")
    if cors.get("allow_credentials"):
        # With credentials, browsers take "*" for a name, and API Gateway refuses it (Fetch, section 3.2.5).
        for key in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
            if "*" in cors.get(key, []):  # type: ignore[operator] # each of the keys is a list
                faults.below(key).add('"*" does not go with allow_credentials: list them by name')
    check_range(cors.get("max_age"), 0, 86400, "seconds", faults.below("max_age"))
