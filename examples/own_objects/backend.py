"""A backend that knows its caller by the header `x-sub` alone, which only the API may be able to send."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

ORDERS = {"alice": ["books"], "bob": ["beans"]}


class Backend(BaseHTTPRequestHandler):
    """Answers with the orders of the caller."""

    def do_GET(self) -> None:
        """No id in the path or the query says whose: there is nothing to forge."""
        subjects = self.headers.get_all("x-sub", [])
        orders = ORDERS.get(subjects[0], []) if len(subjects) == 1 else []
        body = json.dumps({"orders": orders}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Backend).serve_forever()
