"""Public keys read with ``kms:GetPublicKey`` at init, and again on a timer, never because of a token."""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from .algorithms import InvalidKey, Jwk
from .config_fields import ConfigError
from .decision_log import write_line
from .denial import Denied, Reason
from .kms_settings import parse_settings
from .public_key import jwk_of
from .verifier import Verifier

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

RETRY_SECONDS = 30
"""Between attempts while a key cannot be read."""

_REFRESH_BUDGET_SECONDS = 1
"""After this long, a refresh leaves the remaining keys to the next one, which begins with them: a request is waiting."""

_GONE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
"""KMS's word that a key is not to be used: disabled, waiting for deletion, deleted. Its tokens are trusted no more."""


class _Answer(NamedTuple):
    """What KMS last said of a key."""

    jwk: Jwk
    read_at: float


class KmsKeys:
    """Verifiers with the keys that KMS says are in use; for one request at a time, as in Lambda.

    A key that KMS calls disabled, pending deletion or unknown is dropped at the next refresh. A key that cannot be read
    stays trusted for ``max_stale_seconds`` after KMS last vouched for it, and without any key every request is denied.
    Construction raises ``ConfigError`` for a wrong configuration and for keys that cannot be read: no keys, no start.
    ``clock`` is in seconds since the epoch: a monotonic clock may stand still while Lambda keeps the environment frozen.
    """

    def __init__(
        self, document: Mapping[str, object], client: "KMSClient", clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = parse_settings(document)
        self._policy = {field: value for field, value in document.items() if field != "kms"}
        if "keys" in self._policy:
            raise ConfigError('keys: pinned keys and "kms" exclude each other: remove one of them')
        self._client = client
        self._clock = clock
        self._queue = deque(self._settings.keys)
        self._answers: dict[str, _Answer] = {}
        self._jwks: list[Jwk] = []
        self._verifier: Verifier | None = None
        now = clock()
        try:
            for key_id, alg in self._queue:
                self._read(key_id, alg, now)
        except (BotoCoreError, ClientError, InvalidKey) as fault:
            raise ConfigError(f"kms: cannot read the public keys: {fault}") from None
        if not self._answers:
            raise ConfigError("kms: KMS says that none of the keys is to be used")
        self._trust_answers(now, complete=True)

    def current(self) -> Verifier:
        now = self._clock()
        if now >= self._refresh_at:
            self._refresh(now)
        if self._verifier is None:
            raise Denied(Reason.KEYS_UNAVAILABLE)
        return self._verifier

    def _refresh(self, now: float) -> None:
        complete = True
        for _ in range(len(self._queue)):
            if self._clock() - now > _REFRESH_BUDGET_SECONDS:
                complete = False
                break
            key_id, alg = self._queue[0]
            self._queue.rotate(-1)
            try:
                self._read(key_id, alg, now)
            except Exception as fault:  # of whatever kind: it says nothing about the keys known so far
                complete = False
                write_line({"level": "ERROR", "message": "a key cannot be read", "key": key_id, "fault": str(fault)})
        self._trust_answers(now, complete)

    def _read(self, key_id: str, alg: str, now: float) -> None:
        """Ask KMS for a key. Raises for an answer that the verifier would refuse, and keeps the answer before it."""
        try:
            response = self._client.get_public_key(KeyId=key_id)
        except ClientError as fault:
            code = fault.response["Error"]["Code"]
            if code not in _GONE:
                raise
            write_line({"level": "ERROR", "message": "a key is not to be used", "key": key_id, "fault": code})
            self._answers.pop(key_id, None)
            return
        # An alias and its key answer alike: the response names the key itself.
        jwk = jwk_of(response["PublicKey"], kid=response["KeyId"].rpartition("/")[2], alg=alg)
        answers = {**self._answers, key_id: _Answer(jwk, now)}
        self._verifier_of(answers)
        self._answers = answers

    def _trust_answers(self, now: float, complete: bool) -> None:
        # Jitter, so that a fleet of execution environments does not call KMS in step.
        pause = self._settings.refresh_seconds * random.uniform(0.9, 1.0)  # noqa: S311 - no secret
        self._refresh_at = now + (pause if complete and self._answers else RETRY_SECONDS)
        # Until then no answer may become too old.
        oldest = self._refresh_at - self._settings.max_stale_seconds
        self._answers = {key_id: answer for key_id, answer in self._answers.items() if answer.read_at >= oldest}
        jwks = _jwks(self._answers)
        if jwks != self._jwks:  # else the verifier, and what it remembers, is kept
            self._jwks = jwks
            self._verifier = self._verifier_of(self._answers) if jwks else None

    def _verifier_of(self, answers: Mapping[str, _Answer]) -> Verifier:
        """Raises ``ConfigError`` for keys that do not fit, each by itself, together, or with other issuers' keys."""
        return Verifier({**self._policy, "keys": _jwks(answers)})


def _jwks(answers: Mapping[str, _Answer]) -> list[Jwk]:
    """The keys, each once: after a rotation two aliases may name the same key."""
    jwks: list[Jwk] = []
    for answer in answers.values():
        if answer.jwk not in jwks:
            jwks.append(answer.jwk)
    return jwks


def kms_client() -> "KMSClient":
    """boto3's client, with timeouts that end a refresh within the function's own timeout (by default five seconds).

    Longer ones would let Lambda end the environment while KMS does not answer, and the last good keys with it.
    """
    config = ClientConfig(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
    return boto3.client("kms", config=config)
