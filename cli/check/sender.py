"""Requests to the API, within the bounds of one check."""

import ssl
import time
from collections.abc import Callable
from http import HTTPStatus

from .http_client import Answer, Fields, fetch
from .row import NotChecked

SECONDS = 120.0
"""After this time nothing is sent to the API or to AWS."""

REQUESTS = 400
"""An API has at most 300 routes, and each gets one request; the others are about thirty, and two for each with scopes."""

_TIMEOUT_SECONDS = 35.0
"""An HTTP API answers within 30.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_BURST = 100
"""An API whose burst limit is lower gets its requests one by one, as fast as its rate limit allows."""


class Unreachable(Exception):
    """The API has never answered; the message says why."""


class Deadline:
    """The end of a check, ``SECONDS`` after its start. ``clock`` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + SECONDS

    def left(self) -> float:
        """In seconds. Raises ``NotChecked`` afterwards."""
        seconds = self._until - self._clock()
        if seconds <= 0:
            raise NotChecked(f"no time left ({SECONDS:.0f} s)")
        return seconds


class Sender:
    """Sends requests to the API at ``url``, each with ``fields`` and over TLS as in ``context``.

    ``rate`` and ``burst`` are the API's limits, if known; ``sleep`` waits some seconds.
    """

    def __init__(
        self,
        url: str,
        deadline: Deadline,
        fields: Fields = (),
        context: ssl.SSLContext | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._url = url
        self._deadline = deadline
        self._fields = fields
        self._context = context
        self._sleep = sleep
        self._pause = 0.0
        self._left = REQUESTS
        self._answered = False

    def keep_to(self, rate: float | None, burst: float | None) -> None:
        """Send no faster than these limits of the API allow."""
        self._pause = 1 / rate if rate and (burst or 0) < _BURST else 0.0

    def send(self, method: str, path: str, fields: Fields = ()) -> Answer:
        """A request for ``path``, sent again while the API throttles. ``fields`` may have the same name twice.

        Raises ``Unreachable``, and ``NotChecked`` beyond the bounds, or if the API had answered before.
        """
        if not path.startswith("/"):
            raise NotChecked(f"{path} is no path")  # in a URL it could continue the host's name
        wait = max(self._pause, 0.5)
        while True:
            self._sleep(min(self._pause, self._deadline.left()))
            answer = self._once(method, path, fields)
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                return answer
            if wait >= self._deadline.left():
                raise NotChecked(f"{status_text(answer.status)}: check again when fewer requests are sent")
            self._sleep(wait)
            wait *= 2

    def _once(self, method: str, path: str, fields: Fields) -> Answer:
        left = self._deadline.left()
        if self._left == 0:
            raise NotChecked(f"no requests left ({REQUESTS})")
        self._left -= 1
        try:
            sent = [*self._fields, *fields]
            answer = fetch(
                self._url + path, sent, method=method, seconds=min(left, _TIMEOUT_SECONDS), context=self._context
            )
        except OSError as fault:
            if self._answered:
                raise NotChecked(f"no answer: {fault}") from None
            raise Unreachable(
                f"{self._url} does not answer ({fault}): is the URL right, and the API deployed?"
            ) from None
        self._answered = True
        return answer


def status_text(status: int) -> str:
    """The status as it is shown, such as ``403 Forbidden``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
