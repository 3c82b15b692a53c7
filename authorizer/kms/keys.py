"""Public keys read with ``kms:GetPublicKey`` at init and then at regular intervals, never because of a token."""

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
"""The interval between attempts while a key cannot be read."""

DEADLINE_SECONDS = 1.5
"""The time limit for one attempt to read all the keys, since a request is waiting. Keys that were not read by then are read
first in the next attempt. At most half of ``settings.MIN_TIMEOUT_SECONDS``: if Lambda's own timeout came first, it would end
the execution environment, and the last good keys would be lost."""

_GONE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
"""Errors of KMS for a key that is disabled, pending deletion or deleted. Its tokens are no longer trusted."""

_Outcome = Mapping[str, object] | Exception
"""KMS's response, or the error in place of one."""


class _Answer(NamedTuple):
    """The last response of KMS for a key."""

    jwk: Jwk
    read_at: float


class KmsKeys:
    """Provides verifiers with the keys that KMS reports as usable; for one request at a time, as in Lambda.

    A key that KMS reports as disabled, pending deletion or unknown is no longer trusted after the next refresh. A key that
    cannot be read remains trusted for ``max_stale_seconds`` after KMS last responded for it. Without any key every request is
    denied. The constructor raises ``ConfigError`` if the configuration is invalid or none of the keys can be read.
    ``clock`` returns seconds since the epoch: a monotonic clock may stop while Lambda has frozen the environment.
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
            self._refresh_at = now + RETRY_SECONDS  # even if this attempt fails, the next request must not wait as well
            self._trust_answers(now, complete=not self._read(now))
        if self._verifier is None:
            raise Denied(Reason.KEYS_UNAVAILABLE)
        return self._verifier

    def _read(self, now: float) -> list[Exception]:
        """Read all keys from KMS and keep the valid responses. Returns the errors, after at most ``DEADLINE_SECONDS``."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        keys = list(self._queue)
        outcomes = _requested(self._client, keys, deadline, self._clock)
        faults: list[Exception] = []
        for key_id, alg in keys:
            outcome = _outcome(outcomes, deadline)
            if not isinstance(outcome, _NotRequested):
                self._queue.rotate(-1)
            try:
                self._keep(key_id, alg, outcome, now)
            except Exception as fault:  # of any kind: the keys known so far are not affected
                faults.append(fault)
                write_line({"level": "ERROR", "message": "a key cannot be read", "key": key_id, "fault": str(fault)})
            if isinstance(outcome, _NotAnswered | _NotRequested):
                break
        return faults

    def _keep(self, key_id: str, alg: str, outcome: _Outcome, now: float) -> None:
        """Keep the response. Raises for a response that the verifier would reject, and then keeps the previous one."""
        if isinstance(outcome, ClientError) and (code := outcome.response["Error"]["Code"]) in _GONE:
            write_line({"level": "ERROR", "message": "a key is not usable", "key": key_id, "fault": code})
            self._answers.pop(key_id, None)
            return
        if isinstance(outcome, Exception):
            raise outcome
        answers = {**self._answers, key_id: _Answer(jwk_of_answer(outcome, key_id, alg), now)}
        self._verifier_of(answers)
        self._answers = answers

    def _trust_answers(self, now: float, complete: bool) -> None:
        # Jitter, so that the execution environments do not all call KMS at the same time.
        pause = self._settings.refresh_seconds * random.uniform(0.9, 1.0)  # noqa: S311 - no secret
        self._refresh_at = now + (pause if complete and self._answers else RETRY_SECONDS)
        # No response may become too old before then.
        oldest = self._refresh_at - self._settings.max_stale_seconds
        self._answers = {key_id: answer for key_id, answer in self._answers.items() if answer.read_at >= oldest}
        jwks = _jwks(self._answers)
        if jwks != self._jwks:  # otherwise the verifier is kept, with its signature cache
            self._jwks = jwks
            self._verifier = self._verifier_of(self._answers) if jwks else None

    def _verifier_of(self, answers: Mapping[str, _Answer]) -> Verifier:
        """Raises ``ConfigError`` for keys that are invalid individually, together, or with other issuers' keys."""
        return Verifier({**self._policy, "keys": _jwks(answers)})


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


class _NotAnswered(Exception):
    """The key was requested from KMS, and the deadline has passed."""


class _NotRequested(Exception):
    """Neither this key nor those after it were requested from KMS."""


def _requested(
    client: "KMSClient", keys: Sequence[tuple[str, str]], deadline: float, clock: Callable[[], float]
) -> "SimpleQueue[_Outcome]":
    """The queue in which the outcomes arrive, key by key.

    The requests are made in a thread, since nothing else limits the time of all of their steps: name resolution, for one, has
    no timeout. The thread writes only to the queue: once the caller has stopped reading it, late responses are discarded, and
    a thread that Lambda had frozen finds the deadline passed when it resumes.
    """
    outcomes: SimpleQueue[_Outcome] = SimpleQueue()

    def request() -> None:
        started = clock()
        for key_id, _ in keys:
            # By both clocks: the first may stop while the environment is frozen, and the second may be set back.
            if time.monotonic() >= deadline or clock() - started >= DEADLINE_SECONDS:
                outcomes.put(_NotRequested(f"reading the keys before it took {DEADLINE_SECONDS} seconds"))
                return
            try:
                outcomes.put(cast("Mapping[str, object]", client.get_public_key(KeyId=key_id)))
            except Exception as fault:
                outcomes.put(fault)

    try:
        Thread(target=request, daemon=True).start()
    except RuntimeError as fault:  # no thread can be started at present
        outcomes.put(_NotRequested(str(fault)))
    return outcomes


def _outcome(outcomes: "SimpleQueue[_Outcome]", deadline: float) -> _Outcome:
    try:
        return outcomes.get(timeout=max(0.0, deadline - time.monotonic()))
    except Empty:
        return _NotAnswered(f"no response within {DEADLINE_SECONDS} seconds")


def kms_client() -> "KMSClient":
    """A boto3 client whose requests end within ``DEADLINE_SECONDS``: one attempt, at most two addresses."""
    config = ClientConfig(connect_timeout=0.7, read_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("kms", config=config)
    client.meta.events.register("before-send.kms.GetPublicKey", _send)  # type: ignore[arg-type] # its result is used
    return client


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    """Send botocore's signed request in place of botocore, whose timeouts apply to each address and each read."""
    if get_environ_proxies(request.url):
        return None  # botocore handles the proxy, which resolves the host's name
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    body, deadline = cast("bytes", request.body), time.monotonic() + DEADLINE_SECONDS
    answer = bounded_http.post(request.url, headers, body, _tls(), deadline)
    # botocore's types require urllib3's response; it uses only ``stream``.
    return AWSResponse(request.url, answer.status, dict(answer.headers), _Body(answer.body))  # type: ignore[arg-type]


class _Body(BytesIO):
    """A response body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


@cache
def _tls() -> ssl.SSLContext:
    """Trusts the same certificate authorities as botocore."""
    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or get_cert_path(True))
