"""Responses of the token endpoint (RFC 6749 sections 5.1 and 5.2), in API Gateway's payload format 2.0."""

import json
from collections.abc import Mapping
from typing import TypedDict

from .grant import Grant
from .refusal import RESPONSES, Error, Reason

_STATUS = {Error.INVALID_CLIENT: 401, Error.TEMPORARILY_UNAVAILABLE: 503, Error.SERVER_ERROR: 500}
"""Other errors: 400. 401 also where the client did not use the ``Authorization`` header, as section 5.2 allows."""

_RETRY_AFTER_SECONDS = {Reason.THROTTLED: 1, Reason.KMS_UNREACHABLE: 1, Reason.KEYS_UNAVAILABLE: 10}
_RETRY_AFTER_REPAIR_SECONDS = 30
"""For reasons that only somebody's intervention ends."""


class Response(TypedDict):
    """A response in payload format 2.0."""

    statusCode: int
    headers: dict[str, str]
    body: str


def token_response(token: str, grant: Grant) -> Response:
    """The response with ``token``. ``scope`` is always there, and ``expires_in`` is an integer."""
    body = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": grant.client.lifetime_seconds,
        "scope": " ".join(grant.scopes),
    }
    return _response(200, body, {})


def error_response(reason: Reason) -> Response:
    """The response for a request that gets no token."""
    error, description = RESPONSES[reason]
    headers = {}
    if error is Error.INVALID_CLIENT:
        headers["www-authenticate"] = 'Basic realm="token", charset="UTF-8"'  # RFC 7617 section 2
    if error is Error.TEMPORARILY_UNAVAILABLE:
        headers["retry-after"] = str(_RETRY_AFTER_SECONDS.get(reason, _RETRY_AFTER_REPAIR_SECONDS))
    return _response(_STATUS.get(error, 400), {"error": error, "error_description": description}, headers)


def _response(status: int, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    """Neither tokens nor errors may be stored by caches (RFC 6749 section 5.1)."""
    fixed = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}
    return {"statusCode": status, "headers": {**fixed, **headers}, "body": json.dumps(body)}
