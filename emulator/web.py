"""HTTP on this machine, without any proxy that the environment configures."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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
    """Sends a request. Raises ``OSError`` if there is no whole response within ``timeout`` seconds."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - loopback only
    try:
        try:
            with _direct.open(request, timeout=timeout) as response:
                return _answer(response.status, response)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error)
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url}: the response broke off ({error!r})") from error


def _answer(status: int, response: Any) -> Answer:
    return Answer(status, {name.lower(): value for name, value in response.headers.items()}, response.read())
