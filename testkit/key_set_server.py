"""Issuers' URLs behind TLS and a socket of their own: they answer well, wrongly, slowly, or not at all."""

import json
import socket
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from .certificates import self_signed
from .unreliable_server import UnreliableHandler, UnreliableServer, running

HOSTS = ("keys.example.com", "keys.example.org")


class Reply(NamedTuple):
    """What a URL answers."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {"Content-Type": "application/json"}


def key_set(*jwks: Mapping[str, object]) -> Reply:
    """A JSON Web Key Set."""
    return Reply(json.dumps({"keys": jwks}).encode())


class KeySetServer(UnreliableServer):
    """Answers GET with the host's reply, also ``chunked``, or with what is ``not HTTP``."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(_Handler, certificate)
        self.replies: dict[str, Reply] = {}
        """By host, or by host and path, as in ``asked``."""
        self.heads: list[Mapping[str, str]] = []
        """The headers of each request."""

    def look_up(self, host: str, *_: Any, **__: Any) -> list[Any]:
        """In place of ``getaddrinfo``: every name leads here."""
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", self.port))]


def serving(certificate: Path) -> AbstractContextManager[KeySetServer]:
    """Run it, on a port that is free."""
    return running(KeySetServer(certificate))


def make_certificate(folder: Path, *hosts: str) -> Path:
    """A self-signed certificate for ``hosts``, with its private key, in one file: also what a client has to trust."""
    path = folder / "certificate.pem"
    path.write_bytes(self_signed(*hosts))
    return path


class _Handler(UnreliableHandler):
    server: KeySetServer

    def do_GET(self) -> None:  # noqa: N802 - the name is the base class's
        host = self.headers["Host"]
        asked = host + self.requestline.split()[1]  # in ``path``, two slashes at the beginning would be one
        self.server.asked.append(asked)
        self.server.heads.append(dict(self.headers))
        reply = self.server.replies.get(asked) or self.server.replies[host]
        headers = {**reply.headers, "Content-Length": str(len(reply.body))}
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        octets = "\r\n".join(lines).encode() + reply.body
        match self.server.manner:
            case "chunked":
                head = octets[: -len(reply.body)].replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nX-Length")
                halves = reply.body[:100], reply.body[100:]
                octets = head + b"".join(b"%x\r\n%b\r\n" % (len(half), half) for half in (*halves, b""))
            case "not HTTP":
                octets = b"SSH-2.0-OpenSSH_9.9\r\n"
        self.answer(octets, endless=b"HTTP/1.1 200 OK\r\n\r\n")
