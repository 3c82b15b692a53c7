"""HTTP on this machine as it is sent: no proxy that the environment configures, no redirects followed, nothing repeated."""

import http.client
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    timeout: float = 30,
) -> Answer:
    """Sends a request to an ``http:`` URL.

    Raises ``OSError`` if there is no whole response: ``timeout`` seconds is how long the other side may be silent.
    """
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        fields = {"User-Agent": "kms-jwt", "Connection": "close"}
        connection.request(method, target, body, {**fields, **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url}: the response broke off ({error!r})") from error
    finally:
        connection.close()
