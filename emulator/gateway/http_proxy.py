"""HTTP proxy integrations: the caller's request to the URL as it is written, and the response as it is.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
"""

import re
import urllib.parse
from collections.abc import Awaitable, Callable
from typing import Any

from . import http_client, parameter_mapping
from .exchange import Exchange
from .refusal import Refusal, internal_error
from .request import Response

_HOP_BY_HOP = frozenset(
    {
        *("connection", "content-length", "host", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "trailers", "transfer-encoding", "upgrade"),
    }
)
"""RFC 9110 section 7.6.1."""

_IN_A_PATH = "/!$&'()*+,;=:@~"
"""RFC 3986 section 3.3."""


_REQUEST_IDS = {
    "x-amz-request-id": ("awsEndpointRequestId", "integration.requestId"),
    "x-amzn-requestid": ("awsEndpointRequestId", "integration.requestId"),
    "x-amz-id-2": ("awsEndpointRequestId2",),
}

Transport = Callable[[str, str, list[tuple[str, str]], bytes, float], Awaitable[Response]]


async def send(exchange: Exchange, integration: dict[str, Any]) -> Response:
    """Sends the request. Raises ``Refusal`` if there is no whole response within the integration's timeout."""
    return await forward(exchange, integration, _filled(exchange, integration["integrationUri"]), http_client.send)


async def forward(exchange: Exchange, integration: dict[str, Any], url: str, transport: Transport) -> Response:
    """``send`` to another URL than that of the integration, or in another way."""
    request = exchange.request
    method = integration.get("integrationMethod") or "ANY"
    mappings = integration.get("requestParameters") or {}
    if (path := parameter_mapping.request_path(exchange, mappings)) is not None:
        url = urllib.parse.urlsplit(url)._replace(path=path).geturl()
    if query := parameter_mapping.request_query(exchange, mappings):
        url += ("&" if "?" in url else "?") + query
    fields = [(name, value) for name, value in request.fields if name not in _HOP_BY_HOP]
    fields = parameter_mapping.request_headers(exchange, mappings, fields)
    fields += [("forwarded", _forwarded(exchange)), ("via", "HTTP/1.1 AmazonAPIGateway")]
    method = request.method if method == "ANY" else method
    try:
        response = await transport(method, url, fields, request.body, integration["timeoutInMillis"] / 1000)
    except TimeoutError:
        raise Refusal(503, "Service Unavailable", "INTEGRATION_TIMEOUT", f"{url} took too long.") from None
    except http_client.InvalidUrlError as error:
        raise internal_error("INTEGRATION_FAILURE", str(error)) from None
    except OSError as error:
        raise Refusal(503, "Service Unavailable", "INTEGRATION_FAILURE", f"{url}: {error}") from None
    hop_by_hop = _HOP_BY_HOP - {"content-length"} if method == "HEAD" else _HOP_BY_HOP  # the length that GET would have
    response.fields = [(name, value) for name, value in response.fields if name not in hop_by_hop]
    exchange.answered(response.status)
    for name, variables in _REQUEST_IDS.items():
        if value := next((value for field, value in response.fields if field == name), None):
            exchange.variables.update(dict.fromkeys(variables, value))
    return response


def _filled(exchange: Exchange, uri: str) -> str:
    """``uri`` with stage variables and path variables replaced. A variable that the route has not stays as it is."""
    values = exchange.match.path_parameters if exchange.match else {}
    return re.sub(
        r"\{([^{}]+)\}",
        lambda name: urllib.parse.quote(values[name[1]], safe=_IN_A_PATH) if name[1] in values else name[0],
        exchange.with_stage_variables(uri),
    )


def _forwarded(exchange: Exchange) -> str:
    """RFC 7239."""
    request = exchange.request
    return f"for={request.source_ip};host={exchange.domain_name};proto={request.scheme}"
