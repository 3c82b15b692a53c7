"""A backend that verifies tokens itself, and refuses all of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .stack import Stack


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"error": "invalid_token"}'
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def refusing_backend(stack: Stack) -> Iterator[None]:
    """The backend of the protected GET routes."""
    gateway: Any = stack.aws.apigatewayv2
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        proxy = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}
        integration = gateway.create_integration(**stack.ids, **proxy, IntegrationUri=url)["IntegrationId"]
        routes = [stack.route(key) for key in ("GET /orders", "GET /whoami")]
        for route in routes:
            ids = {**stack.ids, "RouteId": route["RouteId"]}
            gateway.update_route(**ids, Target=f"integrations/{integration}")
        yield
        for route in routes:
            gateway.update_route(**stack.ids, RouteId=route["RouteId"], Target=route["Target"])
        gateway.delete_integration(**stack.ids, IntegrationId=integration)
        server.shutdown()
