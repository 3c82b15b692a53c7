"""Public keys read with ``kms:GetPublicKey`` at init and then at regular intervals, never because of a token."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from botocore.exceptions import ClientError

from ..algorithms import Jwk
from ..config_fields import ConfigError
from ..decision_log import write_line
from ..runtime_keys.attempt import NotRequested, outcomes
from ..runtime_keys.jitter import between
from .public_key import jwk_of_answer
from .settings import KmsSettings

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient as KMSClient

RETRY_SECONDS = 30
"""The interval between attempts while a key cannot be read."""

_GONE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
"""Errors of KMS for a key that is disabled, pending deletion or deleted. Its tokens are no longer trusted."""

_Outcome = Mapping[str, object] | Exception
"""KMS's response, or the error in place of one."""


class _Answer(NamedTuple):
    """The last response of KMS for a key."""

    jwk: Jwk
    read_at: float


class KmsKeys:
    """The own keys that KMS reports as usable.

    A key that KMS reports as disabled, pending deletion or unknown is no longer trusted after the next refresh. A key that
    cannot be read remains trusted for ``max_stale_seconds`` after KMS last responded for it. The constructor raises
    ``ConfigError`` if none of the keys can be read. ``check`` raises ``ConfigError`` for keys that the verifier would reject.
    ``clock`` returns seconds since the epoch: a monotonic clock may stop while Lambda has frozen the environment.
    """

    def __init__(
        self,
        settings: KmsSettings,
        client: "KMSClient",
        clock: Callable[[], float],
        check: Callable[[list[Jwk]], object],
    ) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._check = check
        self._queue = deque(settings.keys)
        self._answers: dict[str, _Answer] = {}
        self.refresh_at = now = clock()
        faults = self._read(now)
        if not self._answers:
            raise _no_start(faults)
        self._keep_until_next(now, complete=not faults)

    @property
    def jwks(self) -> list[Jwk]:
        """The keys that were read last, perhaps none."""
        return _jwks(self._answers)

    def trusted(self, now: float) -> list[Jwk]:
        """Those that are not too old, also if no refresh could begin in time."""
        oldest = now - self._settings.max_stale_seconds
        return _jwks({key_id: answer for key_id, answer in self._answers.items() if answer.read_at >= oldest})

    def stale(self, now: float) -> bool:
        """Whether a key is too old to be trusted, or there is none at all."""
        trusted = self.trusted(now)
        return not trusted or trusted != self.jwks

    def begin(self, now: float) -> None:
        """The first invocation: nothing to do, since the keys were read at init."""

    def changes_at(self, now: float) -> float:
        """When there is something to do: no key becomes too old before the next refresh."""
        return self.refresh_at

    def set_back(self, now: float) -> None:
        """The clock was set back to ``now``: a refresh is due, and the keys age from now on."""
        self.refresh_at = min(self.refresh_at, now)
        self._answers = {
            key_id: _Answer(answer.jwk, min(answer.read_at, now)) for key_id, answer in self._answers.items()
        }

    def refresh(self, now: float) -> None:
        """Read the keys. Takes at most ``attempt.DEADLINE_SECONDS``."""
        self.refresh_at = now + RETRY_SECONDS  # even if this attempt fails, the next request must not wait as well
        self._keep_until_next(now, complete=not self._read(now))

    def _read(self, now: float) -> list[Exception]:
        """Read all keys from KMS and keep the valid responses. Returns the errors. Keys that were not read before the deadline
        are read first in the next attempt."""
        keys = list(self._queue)
        requests = [partial(self._request, key_id) for key_id, _ in keys]
        faults: list[Exception] = []
        for (key_id, alg), outcome in zip(keys, outcomes(requests, self._clock), strict=False):
            if not isinstance(outcome, NotRequested):
                self._queue.rotate(-1)
            try:
                self._keep(key_id, alg, outcome, now)
            except Exception as fault:  # of any kind: the keys known so far are not affected
                faults.append(fault)
                write_line({"level": "ERROR", "message": "a key cannot be read", "key": key_id, "fault": str(fault)})
        return faults

    def _request(self, key_id: str, _: float) -> Mapping[str, object]:
        return cast("Mapping[str, object]", self._client.get_public_key(KeyId=key_id))

    def _keep(self, key_id: str, alg: str, outcome: _Outcome, now: float) -> None:
        """Keep the response. Raises for a response that the verifier would reject, and then keeps the previous one."""
        if isinstance(outcome, ClientError) and (code := outcome.response["Error"]["Code"]) in _GONE:
            write_line({"level": "ERROR", "message": "a key is not usable", "key": key_id, "fault": code})
            self._answers.pop(key_id, None)
            return
        if isinstance(outcome, Exception):
            raise outcome
        answers = {**self._answers, key_id: _Answer(jwk_of_answer(outcome, key_id, alg), now)}
        self._check(_jwks(answers))
        self._answers = answers

    def _keep_until_next(self, now: float, complete: bool) -> None:
        pause = self._settings.refresh_seconds * between(0.9, 1)
        self.refresh_at = now + (pause if complete and self._answers else RETRY_SECONDS)
        # No response may become too old before then.
        oldest = self.refresh_at - self._settings.max_stale_seconds
        self._answers = {key_id: answer for key_id, answer in self._answers.items() if answer.read_at >= oldest}


def _jwks(answers: Mapping[str, _Answer]) -> list[Jwk]:
    """The keys, without duplicates: after a rotation two aliases may name the same key."""
    jwks: list[Jwk] = []
    for answer in answers.values():
        if answer.jwk not in jwks:
            jwks.append(answer.jwk)
    return jwks


def _no_start(faults: list[Exception]) -> ConfigError:
    if not faults:
        return ConfigError("kms: all of the keys are disabled, pending deletion or unknown to KMS")
    wrong = next((fault for fault in faults if isinstance(fault, ConfigError)), None)
    return wrong or ConfigError(f"kms: cannot read the public keys: {'; '.join(map(str, faults))}")
