"""The last good copy of the denylist: read at init, then refreshed on a timer, never because of a token."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..decision_log import NAMESPACE, write_line
from ..denial import Denied, Reason
from ..runtime_keys.jitter import between
from .document import EMPTY
from .settings import DenylistSettings

if TYPE_CHECKING:
    from ..verifier import Authenticated
    from .reading import DenylistResult

RETRY_SECONDS = 10
"""The pause after a failure, doubled after each further one, up to ``refresh_seconds``."""


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
        pause = RETRY_SECONDS * 2 ** min(self._failures - 1, 10)
        self.refresh_at = now + min(pause, self._settings.refresh_seconds)
        from .reading import read_denylist

        result = read_denylist(self._settings.bucket, self._etag, self._clock)
        if result.denylist is not None:
            self._denylist, self._etag = result.denylist, result.etag
        if result.outcome in _GOOD:
            self._read_at = now
            self._failures = 0
            self.refresh_at = now + self._settings.refresh_seconds * between(0.9, 1)
        self._log(result, now)

    def _log(self, result: "DenylistResult", now: float) -> None:
        """A success has level INFO and a failure ERROR; nothing is written below the log level."""
        failed = result.outcome not in _GOOD
        if not failed and self._log_level != "INFO":
            return
        age = {} if self._read_at is None else {"DenylistAgeSeconds": round(now - self._read_at)}
        write_line(
            {
                "level": "ERROR" if failed else "INFO",
                "message": "denylist not refreshed" if failed else "denylist refreshed",
                "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
                "bucket": self._settings.bucket,
                "outcome": result.outcome,
                "status": result.status,
                "latencyMs": round(result.milliseconds, 3),
                "bytes": result.octets,
                "entries": self._denylist.entries,
                "DenylistRefreshFailed": int(failed),
                **age,
                "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [_metrics(*age)]},
            }
        )


_GOOD = ("refreshed", "unchanged")


def _metrics(*ages: str) -> dict[str, object]:
    return {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [
            {"Name": "DenylistRefreshFailed", "Unit": "Count"},
            *({"Name": name, "Unit": "Seconds"} for name in ages),
        ],
    }
