"""Private integrations: through a VPC link to the listener of a load balancer, or to an instance of a Cloud Map service.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

import functools
from typing import Any

from . import cloud_map, http_client, http_proxy, listeners, load_balancer, vpc_links
from .exchange import Exchange
from .refusal import Refusal, internal_error, not_there
from .request import Response
from .routing import DEFAULT


async def send(exchange: Exchange, integration: dict[str, Any]) -> Response:
    """Sends the request, with the path that the caller sent, its stage included. Raises ``Refusal``."""
    uri = exchange.with_stage_variables(integration["integrationUri"])
    server_name = (integration.get("tlsConfig") or {}).get("serverNameToVerify") or None
    stage = "" if exchange.stage == DEFAULT else f"/{exchange.stage}"
    path = stage + exchange.path
    if url := listeners.url_of(uri):
        if server_name and url.startswith("http:"):
            raise _unavailable(f"{url} does not speak TLS, and the integration has the server name {server_name}.")
        transport = functools.partial(http_client.send, server_name=server_name)
        return await http_proxy.forward(exchange, integration, url.rstrip("/") + path, transport)
    if listener := load_balancer.find(exchange.api, uri):
        _check_link(exchange, integration)
        if fault := listener.fault(server_name):
            raise _unavailable(fault)
        return await http_proxy.forward(exchange, integration, listener.url + path, listener.send)
    if (instances := cloud_map.healthy_instances(exchange, uri)) is not None:
        _check_link(exchange, integration)
        if not instances:
            raise _unavailable(f"{uri} has no healthy instance with an address and a port.")
        transport = functools.partial(http_client.send, server_name=server_name)
        scheme = "https" if server_name else "http"
        return await http_proxy.forward(exchange, integration, f"{scheme}://{instances[0]}{path}", transport)
    raise not_there(f"the private integration with {uri}, which is neither in MiniStack nor in emulator:listeners")


def _check_link(exchange: Exchange, integration: dict[str, Any]) -> None:
    link = integration.get("connectionId") or ""
    if not vpc_links.exists(exchange.api.account, exchange.api.region, link):
        raise internal_error("INTEGRATION_FAILURE", f"The VPC link {link or '(none)'} does not exist.")


def _unavailable(detail: str) -> Refusal:
    return Refusal(503, "Service Unavailable", "INTEGRATION_FAILURE", detail)
