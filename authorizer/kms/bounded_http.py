"""One HTTP request with one deadline for all of it: connecting, TLS, sending and receiving.

The standard clients' timeouts hold for each address and each piece that arrives: a server that sends an octet now and
then keeps them busy for ever. One thing has no time limit in any of them, and none here: looking up the host's addresses.
Who must not wait for that asks in a thread.
"""

import time
from collections.abc import Mapping
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import SOCK_STREAM, getaddrinfo, socket
from ssl import SSLContext
from typing import Any, NamedTuple
from urllib.parse import urlsplit

MAX_ADDRESSES = 2
"""Of a host, that are tried one after the other."""

CONNECT_SECONDS = 0.7
"""For each of them, so that there is time for the second."""

MAX_BYTES = 150_000
"""Of an answer's body."""

_PORTS = {"http": 80, "https": 443}


class Answer(NamedTuple):
    """An answer, whatever its status."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def post(url: str, headers: Mapping[str, str], body: bytes, tls: SSLContext, deadline: float) -> Answer:
    """Post ``body`` to ``url``, which is configured and no sender's, until ``deadline`` on ``time.monotonic``.

    Redirections are not followed and connections not kept: after a pause, as Lambda makes them, a kept one is dead.
    Raises ``OSError`` (``TimeoutError`` at the deadline) or ``http.client.HTTPException``.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    connection = _connected(host, port, deadline)
    try:
        if parts.scheme == "https":
            connection.settimeout(_left(deadline))
            connection = tls.wrap_socket(connection, server_hostname=host)
        name = f"[{host}]" if ":" in host else host
        sent = {"Host": name if port == _PORTS[parts.scheme] else f"{name}:{port}", **headers, "Connection": "close"}
        lines = [f"POST {parts.path or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        connection.settimeout(_left(deadline))
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
        return _received(connection, deadline)
    finally:
        connection.close()


def _connected(host: str, port: int, deadline: float) -> socket:
    faults = []
    for family, kind, protocol, _, address in getaddrinfo(host, port, type=SOCK_STREAM)[:MAX_ADDRESSES]:
        connection = socket(family, kind, protocol)
        try:
            connection.settimeout(min(CONNECT_SECONDS, _left(deadline)))
            connection.connect(address)
        except OSError as fault:
            connection.close()
            faults.append(f"{address[0]}: {fault}")
        else:
            return connection
    raise OSError(f"no connection to {host}: {', '.join(faults)}")


def _received(connection: socket, deadline: float) -> Answer:
    # All that it asks of a socket is its file.
    response = HTTPResponse(_Arriving(connection, deadline), method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise OSError(f"an answer of more than {MAX_BYTES} bytes")
        return Answer(response.status, response.getheaders(), body)
    finally:
        response.close()  # else its file may be gone before it, and Python complains when it flushes that


class _Arriving(RawIOBase):
    """What arrives until the deadline."""

    def __init__(self, connection: socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _: str) -> BufferedReader:
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _left(deadline: float) -> float:
    """The seconds until ``deadline``."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left
