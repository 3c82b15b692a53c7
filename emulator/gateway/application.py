"""The ASGI application: requests to HTTP APIs are answered here, all others by the application around which it stands."""

import json
import logging
import time
from pathlib import Path
from typing import Any

from . import (
    access_log,
    asgi,
    backplane,
    body,
    context,
    control_plane,
    cors,
    domains,
    http_proxy,
    journal,
    lambda_proxy,
    listeners,
    parameter_mapping,
    private_integration,
    routing,
    service_integration,
    web_pages,
)
from .asgi import Application, Receive, Scope, Send
from .authorizer import Authorizers
from .exchange import Exchange
from .refusal import Refusal, internal_error, not_found, not_there
from .request import MUTUAL_TLS, Request, Response, decoded, is_decodable
from .throttling import Throttle

HEADER_BYTES = 10240
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_logger = logging.getLogger("gateway")


class Gateway:
    """The HTTP APIs of ``inner``, which is MiniStack's application."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner
        self._authorizers = Authorizers()
        self._throttle = Throttle()
        self._journal = journal.Journal()
        self._mutual_tls: Any = None
        control_plane.install(self._authorizers.forget, self._start_mutual_tls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, as ASGI specifies."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        fields = {name: value.decode("latin-1") for name, value in scope["headers"]}
        path = (scope.get("raw_path") or b"").partition(b"?")[0].decode("latin-1")
        host, tls = fields.get(b"host", ""), (scope.get("extensions") or {}).get(MUTUAL_TLS)
        try:
            address = self._address(host, path, tls and tls["server_name"])
        except Refusal as refusal:
            await asgi.send(send, asgi.request(scope, path, b""), refusal.response())
            return
        api = backplane.find_api(address.api_id) if address else None
        if address is None or api is None:
            foreign = web_pages.refusal(fields)
            answer = foreign.response() if foreign else await self._own(scope["method"], path, receive)
            if answer:
                await asgi.send(send, asgi.request(scope, path, b""), answer)
            else:
                await self._inner(scope, receive, send)
            return
        try:
            content = await body.read(receive, fields.get(b"content-length"))
        except ConnectionAbortedError:
            return
        request = asgi.request(scope, address.path, content, tls and tls["client_certificate"])
        response = await self._answer(request, address, api)
        await asgi.send(send, request, response, body.throw_away(receive) if content is None else None)

    def _address(self, host: str, path: str, server_name: str | None) -> domains.Address | None:
        if server_name is None:
            return domains.find(host, path, self._mutual_tls_port)
        address = domains.find_with_mutual_tls(host, path, server_name)
        if backplane.find_api(address.api_id) is None:
            raise not_found()  # MiniStack's own services are not for callers over mutual TLS
        return address

    @property
    def _mutual_tls_port(self) -> int | None:
        return self._mutual_tls.port if self._mutual_tls else None

    async def _start_mutual_tls(self) -> None:
        if self._mutual_tls is None:
            from .mutual_tls import Listener

            self._mutual_tls = Listener(self)
        await self._mutual_tls.start()

    async def _own(self, method: str, path: str, receive: Receive) -> Response | None:
        """The answer to a request of the emulator itself."""
        if method == "GET" and path == "/_gateway/folder":
            return Response(200, [], Path.cwd().name.encode())
        if method == "GET" and path == "/_gateway/mutual-tls":
            port = json.dumps({"port": self._mutual_tls_port}).encode()
            return Response(200, [("content-type", "application/json")], port)
        if method == "GET" and path.startswith(journal.PATH):
            return await self._journal.after(path.removeprefix(journal.PATH))
        if method == "PUT" and path.startswith(listeners.PATH):
            return listeners.put(path.removeprefix(listeners.PATH), await body.read(receive, None) or b"{}")
        return None

    async def _answer(self, request: Request, address: domains.Address, api: backplane.Api) -> Response:
        stage, path = (address.stage, address.path) if address.stage else routing.split_stage(address.path, api.stages)
        if stage is None or stage not in api.stages or domains.is_disabled(api.settings, address):
            return not_found().response()
        exchange = Exchange(request, api, stage, path, address.domain_name, address.base_path)
        try:
            response = await self._through(exchange)
        except Refusal as refusal:
            _refused(exchange, refusal)
            response = refusal.response()
        except Exception:
            _logger.exception("a request failed in the emulator's gateway")
            response = internal_error("DEFAULT_5XX", "").response()
        await access_log.write(exchange, response)
        self._journal.add(exchange, response)
        return response

    async def _through(self, exchange: Exchange) -> Response:
        request, configuration = exchange.request, exchange.api.settings.get("corsConfiguration") or {}
        _check_size(request)
        if (answer := cors.preflight(configuration, request)) is not None:
            return answer
        if not is_decodable(exchange.path):
            raise Refusal(400, "Bad Request", "BAD_REQUEST_PARAMETERS", f"{exchange.path} cannot be decoded.")
        exchange.match = routing.match(exchange.api.routes, request.method, decoded(exchange.path))
        if exchange.match is None:
            raise not_found()
        self._throttle.take(exchange)
        await self._authorizers.authorize(exchange)
        response = await _integrate(exchange)
        cors.add_headers(configuration, request, response)
        return response


async def _integrate(exchange: Exchange) -> Response:
    integration = exchange.api.integrations.get((exchange.route.get("target") or "").rpartition("/")[2])
    if integration is None:
        raise internal_error("INTEGRATION_FAILURE", "The route has no integration.")
    started = time.monotonic()
    try:
        response = await _sent(exchange, integration)
    finally:
        latency = context.milliseconds(started)
        exchange.variables.update({"integrationLatency": latency, "integration.latency": latency})
    if len(response.body) > body.BYTES:
        raise internal_error("INTEGRATION_FAILURE", f"The response has {len(response.body)} bytes, and may have 10 MB.")
    parameter_mapping.change_response(exchange, integration, response)
    return response


async def _sent(exchange: Exchange, integration: dict[str, Any]) -> Response:
    kind = integration["integrationType"]
    if integration.get("connectionType") == "VPC_LINK":
        return await private_integration.send(exchange, integration)
    if kind == "AWS_PROXY" and integration.get("integrationSubtype"):
        return await service_integration.send(exchange, integration)
    if kind == "AWS_PROXY":
        return await lambda_proxy.send(exchange, integration)
    if kind == "HTTP_PROXY":
        return await http_proxy.send(exchange, integration)
    raise not_there(f"integrations of type {kind}")


def _refused(exchange: Exchange, refusal: Refusal) -> None:
    message = refusal.message
    exchange.variables.update(
        {
            "error.message": message,
            "error.messageString": json.dumps(message),
            "error.responseType": refusal.kind,
        }
    )
    if refusal.kind.startswith("INTEGRATION"):
        exchange.variables["integrationErrorMessage"] = refusal.detail
        exchange.variables["integration.error"] = refusal.detail
    if refusal.detail:
        _logger.warning("%s %s: %s", exchange.request.method, exchange.path, refusal.detail)


def _check_size(request: Request) -> None:
    line = len(request.method) + len(request.path) + len(request.query) + len(request.protocol)
    if line + sum(len(value) for _, value in request.fields) > HEADER_BYTES:
        raise Refusal(431, "Request Header Fields Too Large", "REQUEST_TOO_LARGE")
    if request.too_large:
        raise Refusal(413, "Request Entity Too Large", "REQUEST_TOO_LARGE")
