"""HTTP as it is sent, and within bounds: each header as often as it is given, no redirects followed, nothing repeated."""

import base64
import http.client
import ipaddress
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from socket import SHUT_RDWR, socket

Fields = Sequence[tuple[str, str]]
"""Headers; a name may occur more than once."""

MAX_BYTES = 10 * 1024 * 1024
"""Of a response: more is not sent by an HTTP API.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


@dataclass(frozen=True)
class Answer:
    """A response, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


def fetch(
    url: str, fields: Fields = (), *, seconds: float, method: str = "GET", context: ssl.SSLContext | None = None
) -> Answer:
    """Sends a request, through the proxy of the environment unless ``url`` is on this machine.

    Raises ``OSError`` if there is no whole response within ``seconds`` and ``MAX_BYTES``. Its message names the host alone,
    since a path or a header may be a secret.
    """
    parts = urllib.parse.urlsplit(url)
    connection = _connection(parts, seconds, context)
    late = threading.Event()
    timer: threading.Timer | None = None
    try:
        connection.connect()
        timer = threading.Timer(seconds, _cut, [connection.sock, late])
        timer.daemon = True
        timer.start()
        answer = _exchange(connection, method, urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")), fields)
    except (http.client.HTTPException, OSError, ValueError) as error:
        reason = f"no whole response in {seconds:.0f} s" if late.is_set() else _reason(error)
        raise ConnectionError(f"{origin(url)}: {reason}") from None
    finally:
        if timer is not None:
            timer.cancel()
        connection.close()
    if late.is_set():
        raise ConnectionError(f"{origin(url)}: no whole response in {seconds:.0f} s")
    if len(answer.body) > MAX_BYTES:
        raise ConnectionError(f"{origin(url)}: the response has more than {MAX_BYTES} bytes")
    return answer


def origin(url: str) -> str:
    """Scheme, host and port of ``url``."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def is_local(host: str) -> bool:
    """Whether ``host`` is this machine, so that nobody else sees what is sent (RFC 6761 section 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _exchange(connection: http.client.HTTPConnection, method: str, target: str, fields: Fields) -> Answer:
    connection.putrequest(method, target)
    for name, value in [*fields, ("User-Agent", "kms-jwt-check"), ("Connection", "close")]:
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as response:
        names = {name.lower(): value for name, value in response.getheaders()}
        body = response.read(MAX_BYTES + 1)
        if response.length and len(body) <= MAX_BYTES:  # a limited read does not say so itself
            raise http.client.IncompleteRead(body, response.length)
        return Answer(response.status, names, body)


def _cut(connected: socket, late: threading.Event) -> None:
    """Ends a response that comes a byte at a time, for which a time limit on each byte is none."""
    late.set()
    try:
        connected.shutdown(SHUT_RDWR)
    except OSError:
        return  # it is closed


def _reason(error: Exception) -> str:
    """Without what ``http.client`` quotes of a request."""
    if isinstance(error, http.client.HTTPException):
        return f"the response broke off ({type(error).__name__})"
    return error.strerror or str(error) if isinstance(error, OSError) else "the request cannot be sent"


def _connection(
    parts: urllib.parse.SplitResult, seconds: float, context: ssl.SSLContext | None
) -> http.client.HTTPConnection:
    host = parts.hostname or ""

    def connected(to: str, port: int | None) -> http.client.HTTPConnection:
        if parts.scheme == "https":
            return http.client.HTTPSConnection(to, port, timeout=seconds, context=context)
        return http.client.HTTPConnection(to, port, timeout=seconds)

    direct = is_local(host) or urllib.request.proxy_bypass(host)
    proxy = None if direct else urllib.request.getproxies().get(parts.scheme)
    if proxy is None:
        return connected(host, parts.port)
    via = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
    login = {}
    if via.username is not None:
        words = f"{urllib.parse.unquote(via.username)}:{urllib.parse.unquote(via.password or '')}"
        login["Proxy-Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    connection = connected(via.hostname or "", via.port or http.client.HTTP_PORT)
    connection.set_tunnel(host, parts.port, login)
    return connection
