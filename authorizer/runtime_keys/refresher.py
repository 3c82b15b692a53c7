"""The one refresher of all that is read at run time, keys and the denylist: at the beginning of an invocation, one source after
the other.

Lambda freezes an execution environment as soon as it has answered, so that nothing can be refreshed in the background.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from ..algorithms import Jwk
from ..config import parse_config
from ..config_fields import Fields
from ..denial import Denied, Reason
from ..keys import KeySet
from ..verifier import Verifier
from .composition import Composition, own_key_set
from .issuer_keys import IssuerKeys
from .settings import read_jwks_url

if TYPE_CHECKING:
    from ..denylist.latest_copy import LatestCopy
    from ..kms.keys import KMSClient, KmsKeys

MIN_SECONDS_LEFT = 2.5
"""Of the invocation's time, for a refresh to begin: its deadline, and a second for the request itself."""

MORE_WITHIN_SECONDS = 2
"""In an invocation, how long after the first refresh another may begin: after one whose server hangs, but not after two."""


class Refreshed(Protocol):
    """The keys of one issuer, or the denylist, and when they are read."""

    refresh_at: float

    def begin(self, now: float) -> None:
        """The first invocation."""

    def set_back(self, now: float) -> None:
        """The clock was set back to ``now``: no time that is kept may be later."""

    def refresh(self, now: float) -> None:
        """Read them, within a deadline."""

    def stale(self, now: float) -> bool:
        """Whether the request must not be decided before a refresh that is due, since tokens are denied or allowed wrongly."""

    def changes_at(self, now: float) -> float:
        """Until when there is nothing to do."""


class RuntimeKeys:
    """Provides verifiers with the keys that are trusted at present; for one request at a time, as in Lambda.

    ``kms``: the client, where the own keys are read from KMS; without any of them every request is denied. Raises
    ``ConfigError`` if the configuration is invalid or no own key can be read. A denylist that cannot be read is no error:
    every request is denied until it can. ``clock`` returns seconds since the epoch: a
    monotonic clock may stop while Lambda has frozen the environment.
    """

    def __init__(
        self, document: Mapping[str, object], kms: "KMSClient | None" = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.config = parse_config(document)
        self._document = document
        self._clock = clock
        self._denylist: LatestCopy | None = None
        make: Callable[[Mapping[str, object]], Verifier] = Verifier
        if (settings := self.config.denylist) is not None:
            from ..denylist import latest_copy
            from ..denylist.verifier import RevocationVerifier

            self._denylist = latest_copy.LatestCopy(settings, clock, self.config.log_level)
            make = partial(RevocationVerifier, self._denylist)
        self._composition = Composition(document, self.config, make)
        self._issuers = {
            str(entry["name"]): self._issuer(entry) for entry in self._composition.entries if "jwks_url" in entry
        }
        self._pinned = cast("list[Jwk]", document.get("keys", []))
        self._kms = self._kms_keys(kms) if kms is not None else None
        optional: tuple[Refreshed | None, ...] = (self._kms, self._denylist)
        self._sources = [*self._issuers.values(), *(source for source in optional if source is not None)]
        self._begun = False
        self._looked_at = self._changes_at = now = clock()
        self._trusted: object = None
        self._verifier: Verifier | None = None
        self._trust(now)

    def verifier(self, context: object = None) -> Verifier:
        """The verifier to use now, after a refresh if one is due and ``context``, Lambda's, has enough time left.

        Raises ``Denied`` with KEYS_UNAVAILABLE if no own key can be trusted any longer.
        """
        now = self._clock()
        if now >= self._changes_at or now < self._looked_at:
            self._look(now, context)
        if self._verifier is None:
            raise Denied(Reason.KEYS_UNAVAILABLE)
        return self._verifier

    def unknown_key(self) -> None:
        """A token's ``kid`` is unknown: an issuer may have a new key. The next invocation may look, and not this one."""
        now = self._clock()
        for issuer in self._issuers.values():
            issuer.pull_forward(now)
        self._changes_at = min([self._changes_at, *(issuer.refresh_at for issuer in self._issuers.values())])

    def _look(self, now: float, context: object) -> None:
        if now < self._looked_at:
            # All of them: a time in the future would put off one source for the others, and bound the age of no key.
            for source in self._sources:
                source.set_back(now)
        if not self._begun:
            self._begun = True
            for source in self._sources:
                source.begin(now)
        self._refresh(now, context)
        self._trust(now)
        self._looked_at = now
        self._changes_at = min(source.changes_at(now) for source in self._sources)

    def _refresh(self, now: float, context: object) -> None:
        """Refresh the denylist if it is due, which concerns every token; those whose keys are too old, the own ones first,
        since this token may be theirs; and one other that is due.

        The other, too, since an issuer that is down for long must not hold up the refreshes of the others.
        """
        due = sorted(
            (source for source in self._sources if source.refresh_at <= now), key=lambda source: source.refresh_at
        )
        stale = [source for source in due if source.stale(now)]
        stale.sort(key=lambda source: (source is not self._denylist, source is not self._kms))
        for source in [*stale, *[source for source in due if source not in stale][:1]]:
            if self._clock() - now >= MORE_WITHIN_SECONDS or _seconds_left(context) < MIN_SECONDS_LEFT:
                return
            source.refresh(now)

    def _trust(self, now: float) -> None:
        own = self._pinned if self._kms is None else self._kms.trusted(now)
        others = {name: issuer.jwks for name, issuer in self._issuers.items()}
        stale = {name for name, issuer in self._issuers.items() if issuer.stale(now)}
        if (own, others, stale) != self._trusted:  # otherwise the verifier is kept, with its signature cache
            self._verifier = self._composition.verifier(own, others, stale) if own else None
            self._trusted = own, others, stale

    def _own_keys(self) -> KeySet:
        keys = own_key_set(self._pinned if self._kms is None else self._kms.jwks)
        for key_id, _ in self.config.kms.keys if self.config.kms else ():
            keys.reserve(key_id.rpartition("/")[2])
        return keys

    def _issuer(self, entry: Mapping[str, object]) -> IssuerKeys:
        settings, pinned = read_jwks_url(Fields(entry)), cast("list[Jwk]", entry["keys"])
        return IssuerKeys(str(entry["name"]), settings, pinned, self._clock, self._own_keys, self.config.log_level)

    def _kms_keys(self, client: "KMSClient") -> "KmsKeys":
        from ..kms.keys import KmsKeys
        from ..kms.settings import parse_settings

        def check(own: list[Jwk]) -> None:
            self._composition.verifier(own, {name: issuer.jwks for name, issuer in self._issuers.items()}, ())

        return KmsKeys(parse_settings(self._document), client, self._clock, check)


def _seconds_left(context: object) -> float:
    """Of the invocation's time. Without Lambda's ``context`` there is no limit.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return float(remaining()) / 1000 if remaining else float("inf")
