"""The last good copy of the denylist: read at init, then refreshed on a timer, never because of a token."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..denial import Denied, Reason
from ..runtime_keys.jitter import between
from .document import EMPTY
from .refresh_log import Refresh, write_refresh
from .settings import DenylistSettings

if TYPE_CHECKING:
    from ..verifier import Authenticated

RETRY_SECONDS = 10
"""The pause after a failure, doubled after each further one, up to ``refresh_seconds``."""

FIRST_RETRY_SECONDS = 1
"""The same without a copy, when every request is denied: a deployment may be ahead of IAM, which takes seconds until the role
may read."""


class LatestCopy:
    """The denylist that ``settings`` name, as it was read last; one source of ``runtime_keys.refresher``.

    A document that cannot be read or is invalid changes nothing: the last good one remains, until ``max_stale_seconds`` after
    S3 last answered with it, or that it had not changed. Without one, nothing is allowed. ``clock`` returns seconds since the
    epoch.
    """

    def __init__(self, settings: DenylistSettings, clock: Callable[[], float], log_level: str) -> None:
        self.refresh_at = 0.0
        self._settings = settings
        self._clock = clock
        self._log_level = log_level
        self._denylist = EMPTY
        self._etag: str | None = None
        self._read_at: float | None = None
        self._failures = 0
        self.refresh(clock())

    def check(self, authenticated: "Authenticated", now: float) -> None:
        """Raise ``Denied`` if the token is revoked at ``now``, or if that is not known."""
        if self._read_at is None or not now - self._read_at <= self._settings.max_stale_seconds:
            raise Denied(Reason.DENYLIST_UNAVAILABLE, authenticated.kid)
        if self._denylist.revokes(authenticated.kid, authenticated.rules.claims.issuers, authenticated.claims):
            raise Denied(Reason.REVOKED_TOKEN, authenticated.kid)

    def begin(self, now: float) -> None:
        """The first invocation: nothing to do, since the denylist was read at init."""

    def changes_at(self, now: float) -> float:
        """When there is something to do: ``check`` itself knows when the copy is too old."""
        return self.refresh_at

    def set_back(self, now: float) -> None:
        """The clock was set back to ``now``: a refresh is due, and the copy ages from now on."""
        self.refresh_at = min(self.refresh_at, now)
        self._read_at = None if self._read_at is None else min(self._read_at, now)

    def stale(self, now: float) -> bool:
        """Whether a refresh is due: it precedes those of keys that are not too old, so that a revocation takes no longer than
        ``refresh_seconds``."""
        return self.refresh_at <= now

    def refresh(self, now: float) -> None:
        """Read the denylist, or fail to, and write a line about it. Takes at most ``attempt.DEADLINE_SECONDS``."""
        self._failures += 1  # until it has succeeded
        first = FIRST_RETRY_SECONDS if self._read_at is None else RETRY_SECONDS
        pause = first * 2 ** min(self._failures - 1, 12)
        self.refresh_at = now + min(pause, self._settings.refresh_seconds)
        from .reading import read_denylist

        result = read_denylist(self._settings.bucket, self._etag, self._clock)
        if result.denylist is not None:
            self._denylist, self._etag = result.denylist, result.etag
        if result.succeeded:
            self._read_at = now
            self._failures = 0
            self.refresh_at = now + self._settings.refresh_seconds * between(0.9, 1)
        age = None if self._read_at is None else now - self._read_at
        write_refresh(Refresh(self._settings.bucket, result, self._denylist.entries, age), self._log_level, now)
