"""Backends on loopback, in the place of those on the internet."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType

from .consumer import EXAMPLES


@dataclass(frozen=True)
class Backend:
    """Where it is."""

    url: str


class _Handler(BaseHTTPRequestHandler):
    """Answers with the path and the caller that it was told of."""

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, "caller": self.headers.get("X-Caller")}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what is wrong."""


@contextmanager
def running_backend() -> Iterator[Backend]:
    """The backend, on a free port of loopback."""
    with serving(_Handler) as port:
        yield Backend(f"http://127.0.0.1:{port}")


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serves on a free port of loopback, and gives the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def backend_of(example: str) -> type[BaseHTTPRequestHandler]:
    """The class ``Backend`` of the example's own ``backend.py``, without its log: the test says what is wrong."""
    module = ModuleType("backend")
    exec((EXAMPLES / example / "backend.py").read_text(), module.__dict__)  # noqa: S102 - the example's
    silent = {"log_message": lambda *_: None}
    return type("Backend", (module.__dict__["Backend"],), silent)
