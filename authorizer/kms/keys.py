"""Public keys read with ``kms:GetPublicKey`` at init, and again on a timer, never because of a token."""

import os
import random
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, cast

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError
from botocore.httpsession import get_cert_path
from botocore.utils import get_environ_proxies

from ..algorithms import Jwk
from ..config_fields import ConfigError
from ..decision_log import write_line
from ..denial import Denied, Reason
from ..verifier import Verifier
from . import bounded_http
from .public_key import jwk_of_answer
from .settings import parse_settings

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

RETRY_SECONDS = 30
"""Between attempts while a key cannot be read."""

DEADLINE_SECONDS = 1.5
"""For one attempt to read all the keys, whatever it hangs at: a request is waiting. What was not read by then is left to
the next attempt, which begins with it. At most half of ``settings.MIN_TIMEOUT_SECONDS``: if Lambda's own timeout came
first, it would end the environment, and the last good keys with it."""

_GONE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
"""KMS's word that a key is not to be used: disabled, waiting for deletion, deleted. Its tokens are trusted no more."""

_Outcome = Mapping[str, object] | Exception
"""KMS's answer, or what came instead of one."""


class _Answer(NamedTuple):
    """What KMS last said of a key."""

    jwk: Jwk
    read_at: float


class KmsKeys:
    """Verifiers with the keys that KMS says are in use; for one request at a time, as in Lambda.

    A key that KMS calls disabled, pending deletion or unknown is dropped at the next refresh. A key that cannot be read
    stays trusted for ``max_stale_seconds`` after KMS last answered for it, and without any key every request is denied.
    Construction raises ``ConfigError`` for a wrong configuration and if none of the keys can be read: no keys, no start.
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
        self._refresh_at = now = clock()
        faults = self._read(now)
        if not self._answers:
            raise _no_start(faults)
        self._trust_answers(now, complete=not faults)

    def verifier(self) -> Verifier:
        now = self._clock()
        if now >= self._refresh_at:
            self._refresh_at = now + RETRY_SECONDS  # whatever comes of this attempt, the next request must not wait too
            self._trust_answers(now, complete=not self._read(now))
        if self._verifier is None:
            raise Denied(Reason.KEYS_UNAVAILABLE)
        return self._verifier

    def _read(self, now: float) -> list[Exception]:
        """Ask KMS for all keys and keep the good answers. Returns what went wrong, after at most ``DEADLINE_SECONDS``."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        keys = list(self._queue)
        outcomes = _asked(self._client, keys, deadline, self._clock)
        faults: list[Exception] = []
        for key_id, alg in keys:
            outcome = _outcome(outcomes, deadline)
            if not isinstance(outcome, _NotAsked):
                self._queue.rotate(-1)
            try:
                self._keep(key_id, alg, outcome, now)
            except Exception as fault:  # of whatever kind: it says nothing about the keys known so far
                faults.append(fault)
                write_line({"level": "ERROR", "message": "a key cannot be read", "key": key_id, "fault": str(fault)})
            if isinstance(outcome, _NotAnswered | _NotAsked):
                break
        return faults

    def _keep(self, key_id: str, alg: str, outcome: _Outcome, now: float) -> None:
        """Raises for an answer that the verifier would refuse, and keeps the answer before it."""
        if isinstance(outcome, ClientError) and (code := outcome.response["Error"]["Code"]) in _GONE:
            write_line({"level": "ERROR", "message": "a key is not to be used", "key": key_id, "fault": code})
            self._answers.pop(key_id, None)
            return
        if isinstance(outcome, Exception):
            raise outcome
        answers = {**self._answers, key_id: _Answer(jwk_of_answer(outcome, key_id, alg), now)}
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
        if jwks != self._jwks:  # else the verifier is kept, and its signature cache with it
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


def _no_start(faults: list[Exception]) -> ConfigError:
    if not faults:
        return ConfigError("kms: KMS says that none of the keys is to be used")
    wrong = next((fault for fault in faults if isinstance(fault, ConfigError)), None)
    return wrong or ConfigError(f"kms: cannot read the public keys: {'; '.join(map(str, faults))}")


class _NotAnswered(Exception):
    """KMS was asked for a key, and the time is over."""


class _NotAsked(Exception):
    """KMS was not asked for a key, nor for those behind it."""


def _asked(
    client: "KMSClient", keys: Sequence[tuple[str, str]], deadline: float, clock: Callable[[], float]
) -> "SimpleQueue[_Outcome]":
    """Where the outcomes arrive, key by key.

    A thread asks, since nothing else bounds all that asking may hang at: the host's addresses, for one, are looked up
    without any time limit. It touches nothing of ours but the queue: once that is given up, what arrives late is lost, and
    a thread that Lambda has frozen meanwhile finds its time over when it wakes up.
    """
    outcomes: SimpleQueue[_Outcome] = SimpleQueue()

    def ask() -> None:
        started = clock()
        for key_id, _ in keys:
            # By both clocks: frozen, the one stands still, and the other one may be set back.
            if time.monotonic() >= deadline or clock() - started >= DEADLINE_SECONDS:
                outcomes.put(_NotAsked(f"the keys before it took {DEADLINE_SECONDS} seconds"))
                return
            try:
                outcomes.put(cast("Mapping[str, object]", client.get_public_key(KeyId=key_id)))
            except Exception as fault:
                outcomes.put(fault)

    try:
        Thread(target=ask, daemon=True).start()
    except RuntimeError as fault:  # no thread to be had now
        outcomes.put(_NotAsked(str(fault)))
    return outcomes


def _outcome(outcomes: "SimpleQueue[_Outcome]", deadline: float) -> _Outcome:
    try:
        return outcomes.get(timeout=max(0.0, deadline - time.monotonic()))
    except Empty:
        return _NotAnswered(f"no answer within {DEADLINE_SECONDS} seconds")


def kms_client() -> "KMSClient":
    """boto3's client, whose requests end by ``DEADLINE_SECONDS``: one attempt, at most two addresses."""
    config = ClientConfig(connect_timeout=0.7, read_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("kms", config=config)
    client.meta.events.register("before-send.kms.GetPublicKey", _send)  # type: ignore[arg-type] # what it returns counts
    return client


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    """Send botocore's signed request in its place: its timeouts hold for each address and each piece that arrives."""
    if get_environ_proxies(request.url):
        return None  # botocore knows how to go through a proxy, whose business the addresses are
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    body, deadline = cast("bytes", request.body), time.monotonic() + DEADLINE_SECONDS
    answer = bounded_http.post(request.url, headers, body, _tls(), deadline)
    # botocore's types name urllib3's own answer; it reads ``stream`` alone.
    return AWSResponse(request.url, answer.status, dict(answer.headers), _Body(answer.body))  # type: ignore[arg-type]


class _Body(BytesIO):
    """An answer's body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


@cache
def _tls() -> ssl.SSLContext:
    """Trusts whom botocore trusts."""
    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or get_cert_path(True))
