"""HTTP as it is sent: each header as often as it is given, no redirects followed, nothing repeated.

Used by the emulator and the tests; it imports the standard library only.
"""

import base64
import http.client
import ipaddress
import json
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, str] | Sequence[tuple[str, str]]
"""Headers; as pairs, a name may occur more than once."""


@dataclass(frozen=True)
class Answer:
    """A response, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ``ValueError`` if it is not."""
        return json.loads(self.body)


def fetch(
    url: str,
    headers: Fields | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    timeout: float = 30,
) -> Answer:
    """Sends a request, through the proxy of the environment unless ``url`` is on this machine.

    Raises ``OSError`` if there is no whole response: ``timeout`` seconds is how long the other side may be silent.
    """
    parts = urllib.parse.urlsplit(url)
    connection = _connection(parts, timeout)
    try:
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers or ())
        given = {name.lower() for name, _ in pairs}
        connection.putrequest(method, target, skip_host="host" in given)
        if "user-agent" not in given:
            pairs.append(("User-Agent", "kms-jwt"))
        if body is not None:
            pairs.append(("Content-Length", str(len(body))))
        for name, value in [*pairs, ("Connection", "close")]:
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    except http.client.HTTPException as error:
        # Without the path and the query, which may contain a token.
        raise ConnectionError(f"{parts.scheme}://{parts.netloc}: the response broke off ({error!r})") from error
    finally:
        connection.close()


def _connection(parts: urllib.parse.SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    proxy = (
        None if _is_local(host) or urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(parts.scheme)
    )
    if proxy is None:
        return kind(host, parts.port, timeout=timeout)
    via = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
    login = {}
    if via.username is not None:
        words = f"{urllib.parse.unquote(via.username)}:{urllib.parse.unquote(via.password or '')}"
        login["Proxy-Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    connection = kind(via.hostname or "", via.port or http.client.HTTP_PORT, timeout=timeout)
    connection.set_tunnel(host, parts.port, login)
    return connection


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
