"""Lambda proxy integrations: the permission, the invocation, and the response that the function's answer stands for.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
from typing import Any

from . import event
from .exchange import Exchange
from .invocation import invoke
from .refusal import Refusal, internal_error
from .request import Response, header_field

_FAILURE = "INTEGRATION_FAILURE"
_NOT_FROM_FUNCTIONS = ("connection", "content-length", "keep-alive", "te", "trailers", "transfer-encoding", "upgrade")


async def send(exchange: Exchange, integration: dict[str, Any]) -> Response:
    """Invokes the function. Raises ``Refusal`` if it may not be invoked, fails, or takes too long."""
    uri = exchange.with_stage_variables(integration.get("integrationUri") or "")
    role, timeout = integration.get("credentialsArn"), integration["timeoutInMillis"] / 1000
    version = integration.get("payloadFormatVersion") or "1.0"
    sent = event.for_integration(exchange, version)
    try:
        answer = await invoke(exchange, uri, role, exchange.source_arns, sent, timeout, _FAILURE)
    except TimeoutError:
        raise Refusal(503, "Service Unavailable", "INTEGRATION_TIMEOUT", "The function took too long.") from None
    exchange.answered(200)
    response = _response(answer, version)
    if response is None:
        raise internal_error(_FAILURE, "The function returned an answer in an invalid format.")
    exchange.answered(200, response.status)
    return response


def _response(answer: Any, version: str) -> Response | None:
    """``None`` if ``answer`` cannot be made a response. In format 2.0, one without a status code is itself the body."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        if version == "1.0":
            return None
        body = answer if isinstance(answer, str) else json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
        return Response(200, [("content-type", "application/json")], body.encode())
    status, content = _status(answer["statusCode"]), _content(answer)
    headers, several = answer.get("headers") or {}, (answer.get("multiValueHeaders") or {}) if version == "1.0" else {}
    cookies = (answer.get("cookies") or []) if version == "2.0" else []
    if status is None or content is None or not all(isinstance(part, dict) for part in (headers, several)):
        return None
    given = [("set-cookie", cookie) for cookie in cookies]
    given += [(name, value) for name, values in several.items() for value in values]
    named = {name.lower() for name, _ in given} - {"set-cookie"}
    given += [(name, value) for name, value in headers.items() if value is not None and name.lower() not in named]
    fields = [header_field(name, _text(value)) for name, value in given if name.lower() not in _NOT_FROM_FUNCTIONS]
    valid = [field for field in fields if field is not None]
    if len(valid) < len(fields):
        return None
    if content and not any(name == "content-type" for name, _ in valid):
        valid.append(("content-type", "text/plain;charset=UTF-8"))
    return Response(status, valid, content)


def _status(found: Any) -> int | None:
    number = int(found) if isinstance(found, str) and found.isdecimal() else found
    return number if isinstance(number, int) and not isinstance(number, bool) and 200 <= number <= 599 else None


def _content(answer: dict[str, Any]) -> bytes | None:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return None
    if answer.get("isBase64Encoded") is True:
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error:
            return None
    return body.encode(errors="replace")  # JSON can hold half of a surrogate pair, UTF-8 cannot


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
