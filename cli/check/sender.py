"""Requests to the API, within the bounds of one check."""

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from ..packages.emulator import Answer, fetch
from .row import NotChecked

SECONDS = 120.0
"""After this time no further request is sent."""

REQUESTS = 400
"""An API has at most 300 routes, and each gets one request; the others are about twenty."""

_TIMEOUT_SECONDS = 35
"""An HTTP API answers within 30.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


class Unreachable(Exception):
    """There was no response; the message says why."""


class Sender:
    """Sends requests to the API at ``endpoint``. ``clock`` returns seconds."""

    def __init__(self, endpoint: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._until = clock() + SECONDS
        self._left = REQUESTS

    def send(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> Answer:
        """``fields`` may have the same name twice. Raises ``Unreachable``, and ``NotChecked`` beyond the bounds."""
        if self._clock() > self._until:
            raise NotChecked(f"no time left ({SECONDS:.0f} s)")
        if self._left == 0:
            raise NotChecked(f"no requests left ({REQUESTS})")
        self._left -= 1
        try:
            return fetch(self._endpoint + path, fields, method=method, timeout=_TIMEOUT_SECONDS)
        except (OSError, ValueError) as fault:
            raise Unreachable(
                f"{self._endpoint} does not answer ({fault}): is the URL right, and the API deployed?"
            ) from None


def status_text(status: int) -> str:
    """The status as it is shown, such as ``403 Forbidden``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
