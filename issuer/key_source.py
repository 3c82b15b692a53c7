"""Which key signs: the one that an alias refers to, resolved again and again, or the first of pinned ones."""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .errors import IssuerError, KmsUnreachable, Throttled
from .kms_key import SigningKey
from .signing_key import resolve_signing_key

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

DEFAULT_REFRESH_SECONDS = 300.0

RETRY_SECONDS = 10.0
"""The interval between attempts to resolve the alias again while KMS does not respond."""


class KeySource(Protocol):
    """Knows which key signs."""

    def current(self) -> SigningKey:
        """The key that signs at present. Raises ``IssuerError``."""

    def others(self, denied: SigningKey) -> Sequence[SigningKey]:
        """The keys to use instead of ``denied``, which KMS does not let sign, the best first."""


class PinnedKeys:
    """The first of ``keys`` signs, the next ones if KMS does not let it. KMS is asked for nothing but signatures."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        if not keys:
            raise ValueError("keys: must have at least one SigningKey, and is empty")
        self._keys = tuple(keys)

    def current(self) -> SigningKey:
        return self._keys[0]

    def others(self, denied: SigningKey) -> Sequence[SigningKey]:
        return tuple(key for key in self._keys if key != denied)


class _Resolved(NamedTuple):
    """The result of resolving the alias."""

    key: SigningKey
    due: float
    """When to resolve it again, by the clock."""


class AliasKey:
    """The key that ``key_id``, typically an alias, refers to. Thread-safe."""

    def __init__(
        self,
        client: "KMSClient",
        key_id: str,
        alg: str | None = None,
        refresh_seconds: float = DEFAULT_REFRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._key_id = key_id
        self._alg = alg
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._lock = Lock()
        self._current: _Resolved | None = None
        self._previous: _Resolved | None = None

    def current(self) -> SigningKey:
        current = self._current
        if current is not None and self._clock() < current.due:
            return current.key
        # One thread calls KMS; meanwhile the others continue with the current key, and wait only if there is none.
        if not self._lock.acquire(blocking=current is None) and current is not None:
            return current.key
        try:
            if self._current is None or self._clock() >= self._current.due:
                self._look_up()
            return self._current.key  # type: ignore[union-attr] # it is set now
        finally:
            self._lock.release()

    def others(self, denied: SigningKey) -> Sequence[SigningKey]:
        """The alias's current key, otherwise its previous one."""
        with self._lock:
            if self._current is not None and self._current.key == denied:
                try:
                    self._look_up()
                except IssuerError:  # the original error is more useful
                    return ()
            candidates = (self._current, self._previous)
        return tuple(found.key for found in candidates if found is not None and found.key != denied)[:1]

    def _look_up(self) -> None:
        """Resolve ``key_id`` again. The caller holds the lock."""
        now = self._clock()
        try:
            key = resolve_signing_key(self._client, self._key_id, self._alg)
        except (Throttled, KmsUnreachable):
            if self._current is None:
                raise
            self._current = self._current._replace(due=now + RETRY_SECONDS)
            return
        due = now + self._refresh_seconds
        if self._current is not None and self._current.key == key:
            self._current = self._current._replace(due=due)
            return
        self._previous, self._current = self._current, _Resolved(key, due)
