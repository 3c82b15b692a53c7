"""HTTP on this machine, without any proxy that the environment configures."""

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
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ``ValueError`` if it is not."""
        return json.loads(self.body)


def fetch(url: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", timeout: float = 30) -> Answer:
    """Sends a request without a body. Raises ``OSError`` if there is no response within ``timeout`` seconds."""
    request = urllib.request.Request(url, headers=dict(headers or {}), method=method)  # noqa: S310 - loopback only
    try:
        with _direct.open(request, timeout=timeout) as response:
            return Answer(response.status, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read())
