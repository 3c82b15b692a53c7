"""Issuers' URLs behind TLS and a socket of their own: they answer well, wrongly, slowly, or not at all."""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HOSTS = ("keys.example.com", "keys.example.org")


class Reply(NamedTuple):
    """What a URL answers."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {"Content-Type": "application/json"}


def key_set(*jwks: Mapping[str, object]) -> Reply:
    """A JSON Web Key Set."""
    return Reply(json.dumps({"keys": jwks}).encode())


class KeySetServer(ThreadingHTTPServer):
    """Answers GET with the host's reply, in the manner that ``manner`` says at the time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Reply] = {}
        """By host, or by host and path."""
        self.manner = "well"
        self.asked: list[str] = []
        """The host and the path of each request."""
        self.heads: list[Mapping[str, str]] = []
        self.released = Event()
        """Who hangs goes on."""
        self.answered_late = Event()
        """That an answer that hung has been sent to its end."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def look_up(self, host: str, *_: Any, **__: Any) -> list[Any]:
        """In place of ``getaddrinfo``: every name leads here."""
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", self.port))]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up: that is what the tests are about."""


@contextmanager
def serving(certificate: Path) -> Iterator[KeySetServer]:
    """Run it, on a port that is free."""
    with KeySetServer(certificate) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, *hosts: str) -> Path:
    """A self-signed certificate for ``hosts``, with its private key, in one file: also what a client has to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return path


class _Handler(BaseHTTPRequestHandler):
    server: KeySetServer

    def do_GET(self) -> None:
        manner, released = self.server.manner, self.server.released
        host = self.headers["Host"]
        asked = host + self.requestline.split()[1]  # in ``path``, two slashes at the beginning would be one
        self.server.asked.append(asked)
        self.server.heads.append(dict(self.headers))
        reply = self.server.replies.get(asked) or self.server.replies[host]
        headers = {**reply.headers, "Content-Length": str(len(reply.body))}
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        octets = "\r\n".join(lines).encode() + reply.body
        match manner:
            case "well":
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
            case "chunked":
                head = octets[: -len(reply.body)].replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nX-Length")
                halves = reply.body[:100], reply.body[100:]
                self.wfile.write(head + b"".join(b"%x\r\n%b\r\n" % (len(half), half) for half in (*halves, b"")))
                return
            case "not HTTP":
                self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
                return
            case "endless":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not released.is_set():
                    self.wfile.write(b" " * 65536)
        self.server.answered_late.set()

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""
