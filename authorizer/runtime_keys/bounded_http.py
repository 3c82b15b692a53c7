"""One HTTP request with one deadline for all of it: connecting, TLS, sending and receiving.

The timeouts of the standard clients apply to each address and each read: a server that sends an octet now and then can
keep them waiting forever. Name resolution has no time limit, neither in those clients nor here: callers that must not wait
for it make the request in a thread.
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
"""The number of a host's addresses to try, one after the other."""

CONNECT_SECONDS = 0.7
"""The timeout for connecting to one address, which leaves time for the second."""

MAX_BYTES = 150_000
"""The maximum size of a response body."""

_PORTS = {"http": 80, "https": 443}


class TooLarge(OSError):
    """The response body exceeds ``MAX_BYTES``."""


class Answer(NamedTuple):
    """An HTTP response, whatever its status."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def request(method: str, url: str, headers: Mapping[str, str], body: bytes, tls: SSLContext, deadline: float) -> Answer:
    """Send a request to ``url``, which is configured and never from a token, until ``deadline`` (``time.monotonic``).

    Redirects are not followed, and connections are not reused: after Lambda has frozen the environment, they are often dead.
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
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        connection.settimeout(_left(deadline))
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
        return _received(connection, method, deadline)
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


def _received(connection: socket, method: str, deadline: float) -> Answer:
    # HTTPResponse uses only makefile() of a socket.
    response = HTTPResponse(_Arriving(connection, deadline), method=method)  # type: ignore[arg-type] # makefile is used
    try:
        response.begin()
        body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLarge(f"the response has more than {MAX_BYTES} bytes")
        return Answer(response.status, response.getheaders(), body)
    finally:
        response.close()  # otherwise its file may be finalised first, and Python reports an error when it flushes that


class _Arriving(RawIOBase):
    """The octets that arrive before the deadline."""

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
