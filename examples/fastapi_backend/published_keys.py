"""The verifier of the published keys: read when the service starts, and again from time to time."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from kms_jwt.authorizer import Verifier

REFRESH_SECONDS = 300
"""A rotation publishes a key well before it signs, so nothing is gained by looking more often, or when a token names
an unknown key: that would let anybody make this service send requests."""

RETRY_SECONDS = 10


class PublishedKeys:
    """Keeps a ``Verifier`` for the JWKS at ``jwks_uri``; ``policy`` is the rest of its configuration.

    The constructor raises what ``urllib`` or ``Verifier`` raise: a service that cannot verify does not start. Later on, keys
    that cannot be read leave the last ones in use. May be shared between threads.
    """

    def __init__(self, jwks_uri: str, policy: dict[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._jwks_uri = jwks_uri
        self._policy = policy
        self._clock = clock
        self._lock = threading.Lock()
        self._verifier = self._read()
        self._due = clock() + REFRESH_SECONDS

    def verifier(self) -> Verifier:
        """The verifier of the keys as they were read last."""
        # One thread reads them anew; the others go on with what there is.
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._due = self._clock() + RETRY_SECONDS
                self._verifier = self._read()
                self._due = self._clock() + REFRESH_SECONDS
            except (OSError, ValueError, KeyError) as fault:
                print(f"the keys at {self._jwks_uri} cannot be read, the last ones stay in use: {fault}")
            finally:
                self._lock.release()
        return self._verifier

    def _read(self) -> Verifier:
        with urllib.request.urlopen(self._jwks_uri, timeout=5) as response:  # noqa: S310 - from our own configuration
            keys = json.load(response)["keys"]
        return Verifier({**self._policy, "version": 1, "keys": keys})
