"""A backend that keeps orders in memory. It knows nothing of CORS: API Gateway adds the headers."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

ORDERS = ["books", "beans"]


class Backend(BaseHTTPRequestHandler):
    """Lists the orders, and takes new ones."""

    def do_GET(self) -> None:
        """All orders."""
        self._answer(200, {"orders": ORDERS})

    def do_POST(self) -> None:
        """One more order."""
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["order"]
        ORDERS.append(order)
        self._answer(201, {"order": order})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Backend).serve_forever()
