"""The keys of one trusted issuer, read from its URL: pinned at first, then refreshed on a timer, never because of a token."""

from collections.abc import Callable, Sequence

from ..algorithms import Jwk
from ..keys import KeySet
from .jitter import between
from .refresh_log import Refresh, write_refresh
from .settings import JwksUrl

FIRST_REFRESH_SECONDS = (5, 30)
"""How long after the first invocation the first refresh is due. Not at init, and not before the first answer: nobody waits
longer for a cold start. Soon, so that environments that do not live long do not keep the keys of the deployment either."""

RETRY_SECONDS = 60
"""The pause after a failure, doubled after each further one."""

MAX_RETRY_SECONDS = 900


class IssuerKeys:
    """The keys of the issuer ``name``, ``pinned`` until a key set was read.

    Each key set that was read replaces the one before as a whole: a key that was removed is no longer trusted. If the URL has
    no usable key set, the last good one remains, until ``max_stale_seconds`` after it was read; pinned keys remain. ``own``
    gives the keys of our own, which no other issuer may have. ``clock`` returns seconds since the epoch.
    """

    def __init__(
        self,
        name: str,
        settings: JwksUrl,
        pinned: Sequence[Jwk],
        clock: Callable[[], float],
        own: Callable[[], KeySet],
        log_level: str,
    ) -> None:
        self.jwks = list(pinned)
        self._name = name
        self._settings = settings
        self._clock = clock
        self._own = own
        self._log_level = log_level
        self.refresh_at = float("inf")
        self._began_at = 0.0
        self._attempted_at: float | None = None
        self._read_at: float | None = None
        self._failures = 0

    def begin(self, now: float) -> None:
        """The first invocation, which may be long after init: Lambda restores snapshots, and provisions environments."""
        self._began_at = now
        self.refresh_at = now + between(*FIRST_REFRESH_SECONDS)

    def changes_at(self, now: float) -> float:
        """When there is something to do: a refresh, or the keys become too old."""
        stale_at = float("inf") if self._read_at is None else self._read_at + self._settings.max_stale_seconds
        return self.refresh_at if stale_at < now else min(self.refresh_at, stale_at)

    def set_back(self, now: float) -> None:
        """The clock was set back to ``now``: a refresh is due, and the keys age from now on."""
        self.refresh_at = min(self.refresh_at, now)
        self._began_at = min(self._began_at, now)
        self._attempted_at = None if self._attempted_at is None else min(self._attempted_at, now)
        self._read_at = None if self._read_at is None else min(self._read_at, now)

    def stale(self, now: float) -> bool:
        """Whether the keys are too old to be trusted."""
        return self._read_at is not None and now - self._read_at > self._settings.max_stale_seconds

    def pull_forward(self, now: float) -> None:
        """A token has a ``kid`` that no key has: the next refresh is due now, or at the end of the cooldown.

        That is counted from the last attempt, so that a flood of such tokens cannot cause more. After a failure it changes
        nothing: the pause before the next attempt is that of the failures.
        """
        if self._settings.cooldown_seconds and not self._failures:
            at = now if self._attempted_at is None else self._attempted_at + self._settings.cooldown_seconds
            self.refresh_at = min(self.refresh_at, at)

    def refresh(self, now: float) -> None:
        """Read the key set, or fail to, and write a line about it. Takes at most ``attempt.DEADLINE_SECONDS``."""
        self._attempted_at = now
        self._failures += 1  # until it has succeeded
        retry = min(RETRY_SECONDS * 2 ** min(self._failures - 1, 10), MAX_RETRY_SECONDS, self._settings.refresh_seconds)
        self.refresh_at = now + retry
        # Imported in the first refresh: TLS and HTTP would be a large part of a cold start.
        from .reading import read_key_set

        result = read_key_set(self._settings.url, self._settings.algorithms, self._own(), self._clock)
        before = {str(jwk["kid"]) for jwk in self.jwks}
        if result.jwks is not None:
            self.jwks = result.jwks
            self._read_at = now
            self._failures = 0
            self.refresh_at = now + self._settings.refresh_seconds * between(0.9, 1)
        after = {str(jwk["kid"]) for jwk in self.jwks}
        age = now - (self._began_at if self._read_at is None else self._read_at)
        write_refresh(
            Refresh(self._name, self._settings.host, result, sorted(after - before), sorted(before - after), age),
            self._log_level,
            now,
        )
