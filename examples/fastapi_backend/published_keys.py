"""A verifier with the published keys, which are read when the service starts and then at regular intervals."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from kms_jwt.authorizer import Verifier

REFRESH_SECONDS = 300
"""A rotation publishes a key long before it signs, so there is no need to read the keys more often, nor when a token names an
unknown key: then anybody could make this service send requests."""

RETRY_SECONDS = 10


class PublishedKeys:
    """Keeps a ``Verifier`` for the JWKS at ``jwks_uri``; ``policy`` is the rest of its configuration.

    The constructor raises the errors of ``urllib`` and ``Verifier``: a service that cannot verify does not start. If the keys
    cannot be read later, the last ones remain in use. May be shared between threads.
    """

    def __init__(self, jwks_uri: str, policy: dict[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._jwks_uri = jwks_uri
        self._policy = policy
        self._clock = clock
        self._lock = threading.Lock()
        self._verifier = self._read()
        self._due = clock() + REFRESH_SECONDS

    def verifier(self) -> Verifier:
        """The verifier with the keys that were read last."""
        # One thread reads them again; the others continue with the present ones.
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._due = self._clock() + RETRY_SECONDS
                self._verifier = self._read()
                self._due = self._clock() + REFRESH_SECONDS
            except (OSError, ValueError, KeyError) as fault:
                print(f"the keys at {self._jwks_uri} cannot be read, the last ones remain in use: {fault}")
            finally:
                self._lock.release()
        return self._verifier

    def _read(self) -> Verifier:
        with urllib.request.urlopen(self._jwks_uri, timeout=5) as response:  # noqa: S310 - from the service's configuration
            keys = json.load(response)["keys"]
        return Verifier({**self._policy, "version": 1, "keys": keys})
