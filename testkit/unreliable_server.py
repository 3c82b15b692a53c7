"""An HTTP server on a socket of its own, with or without TLS, that answers well, slowly, without an end, or not at all."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar


class UnreliableServer(ThreadingHTTPServer):
    """Answers in the manner that ``manner`` says at the time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler: type["UnreliableHandler"], certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.manner = "well"
        self.asked: list[str] = []
        """What each request asks for."""
        self.released = Event()
        """Who hangs goes on."""
        self.answered_late = Event()
        """That an answer that hung has been sent to its end."""
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up: that is what the tests are about."""


class UnreliableHandler(BaseHTTPRequestHandler):
    """Sends answers in the manner of its server."""

    server: UnreliableServer

    def answer(self, octets: bytes, endless: bytes) -> None:
        """Send ``octets``; or an answer without an end, which begins with ``endless``."""
        released = self.server.released
        match self.server.manner:
            case "never":
                released.wait(30)
                self.wfile.write(octets)
            case "half":
                half = len(octets) // 2
                self.wfile.write(octets[:half])
                released.wait(30)
                self.wfile.write(octets[half:])
            case "octet by octet":
                for index in range(len(octets)):
                    self.wfile.write(octets[index : index + 1])
                    released.wait(0.02)
            case "endless":
                self.wfile.write(endless)
                while not released.is_set():
                    self.wfile.write(b" " * 65536)
            case _:
                self.wfile.write(octets)
                return
        self.server.answered_late.set()

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


_Server = TypeVar("_Server", bound=UnreliableServer)


@contextmanager
def running(server: _Server) -> Iterator[_Server]:
    """Run ``server``, on a port that is free."""
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
