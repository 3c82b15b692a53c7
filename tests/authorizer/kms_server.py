"""KMS behind a socket of its own, for boto3's real client: it answers well, slowly, or not at all."""

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from testkit.signers import Signer

from .fake_kms import answer_of


class KmsServer(ThreadingHTTPServer):
    """Answers GetPublicKey for ``keys``, in the manner that ``manner`` says at the time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, certificate: Path | None, **keys: Signer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys = keys
        self.manner = "well"
        self.asked: list[str] = []
        self.paths: list[str] = []
        self.answered_late = Event()
        """That an answer that hung has been sent to its end."""
        self.released = Event()
        """Who hangs goes on."""
        self.scheme = "http"
        if certificate is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up: that is what the tests are about."""


@contextmanager
def serving(certificate: Path | None = None, **keys: Signer) -> Iterator[KmsServer]:
    """Run it, on a port that is free."""
    with KmsServer(certificate, **keys) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: KmsServer

    def do_POST(self) -> None:
        manner, released = self.server.manner, self.server.released
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(asked["KeyId"])
        self.server.paths.append(self.path)
        status, body = (500, b"{}") if manner == "broken" else self._answer(asked["KeyId"])
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        octets = head.encode() + body
        match manner:
            case "well" | "broken":
                self.wfile.write(octets)
                return
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
                self.wfile.write(head.replace(str(len(body)), "9" * 9).encode())
                while not released.is_set():
                    self.wfile.write(b" " * 65536)
        self.server.answered_late.set()

    def _answer(self, key_id: str) -> tuple[int, bytes]:
        if key_id not in self.server.keys:
            return 400, b'{"__type": "NotFoundException", "message": "no such key"}'
        answer = answer_of(self.server.keys[key_id])
        return 200, json.dumps({**answer, "PublicKey": b64encode(answer["PublicKey"]).decode()}).encode()

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""
