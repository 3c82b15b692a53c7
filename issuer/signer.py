"""KmsSigner: signs tokens with the KMS key that an alias refers to, each with the ``kid`` of the key that signed it."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from jwt import PyJWS

from .errors import InvalidToken, IssuerError, KeyUnusable, KmsUnreachable, SigningDenied, Throttled
from .json_values import checked_claims, checked_headers
from .signing_key import KmsAlgorithm, SigningKey, resolve_signing_key

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

DEFAULT_REFRESH_SECONDS = 300.0

RETRY_SECONDS = 10.0
"""The interval between attempts to resolve the alias again while KMS does not respond."""


class _Resolved(NamedTuple):
    """The result of resolving the alias."""

    key: SigningKey
    jws: PyJWS
    due: float
    """When to resolve it again, by the signer's clock."""


class KmsSigner:
    """Signs JWTs with the KMS key ``key_id``, typically an alias. Thread-safe.

    The alias is resolved every ``refresh_seconds`` (default 300). For that time after the alias was updated, the previous key
    may still be used, and must still be allowed to sign. If KMS denies the use of a key, the alias is resolved at once; if a
    new key cannot sign yet, since KMS is eventually consistent
    (https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html), the previous key signs.
    ``client`` is a boto3 KMS client, by default one with timeouts and retries for a service that answers requests. ``alg`` is
    required only for an algorithm other than the default of the key spec. ``clock`` returns seconds.
    """

    def __init__(
        self,
        key_id: str,
        client: "KMSClient | None" = None,
        *,
        alg: str | None = None,
        refresh_seconds: float = DEFAULT_REFRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key_id = key_id
        self._client = client if client is not None else kms_client()
        self._alg = alg
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._lock = Lock()
        self._current: _Resolved | None = None
        self._previous: _Resolved | None = None

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """Return a JWT with exactly these ``claims``; ``headers`` are added to ``alg``, ``kid`` and ``typ`` (default ``JWT``).

        A ``datetime`` in ``exp``, ``iat`` or ``nbf`` is converted to a NumericDate; without a time zone it is taken as UTC, as
        in PyJWT. Raises ``IssuerError``; before KMS is called, ``InvalidToken`` (also a ``ValueError``) for claims that are not
        a mapping, for values that JSON does not have, such as NaN, and for header parameters that callers cannot set.
        """
        headers = _headers(headers)
        payload = json.dumps(checked_claims(claims), separators=(",", ":")).encode()
        resolved = self._resolve()
        try:
            return _token(payload, headers, resolved)
        except (SigningDenied, KeyUnusable) as denial:
            other = self._other_than(resolved.key)
            if other is None:
                raise
            try:
                return _token(payload, headers, other)
            except (SigningDenied, KeyUnusable):
                raise denial from None

    async def sign_async(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """Like ``sign``, but in a thread, since boto3 is synchronous."""
        return await asyncio.to_thread(self.sign, claims, headers)

    def signing_key(self) -> SigningKey:
        """The key that is used for signing at present. Raises ``IssuerError``."""
        return self._resolve().key

    def _resolve(self) -> _Resolved:
        current = self._current
        if current is not None and self._clock() < current.due:
            return current
        # One thread calls KMS; meanwhile the others continue with the current key, and wait only if there is none.
        if not self._lock.acquire(blocking=current is None) and current is not None:
            return current
        try:
            if self._current is None or self._clock() >= self._current.due:
                self._look_up()
            return self._current  # type: ignore[return-value] # it is set now
        finally:
            self._lock.release()

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
        jws = PyJWS(algorithms=[])
        jws.register_algorithm(key.alg, KmsAlgorithm(self._client, key.alg))
        self._previous, self._current = self._current, _Resolved(key, jws, due)

    def _other_than(self, denied: SigningKey) -> _Resolved | None:
        """The key to use instead of one whose use was denied: the alias's current key, otherwise its previous one."""
        with self._lock:
            if self._current is not None and self._current.key == denied:
                try:
                    self._look_up()
                except IssuerError:  # the original error is more useful
                    return None
            candidates = (self._current, self._previous)
        return next((found for found in candidates if found is not None and found.key != denied), None)


def _headers(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    checked = checked_headers({} if headers is None else headers)
    if reserved := checked.keys() & {"alg", "kid"}:
        raise InvalidToken(f"{', '.join(sorted(reserved))}: set by the signing key: omit them from headers")
    if checked.get("b64", True) is not True:
        raise InvalidToken(
            "headers.b64: must be true or omitted: the payload of a JWT is base64url (RFC 7797 section 7)"
        )
    return checked


def _token(payload: bytes, headers: Mapping[str, Any], resolved: _Resolved) -> str:
    key = resolved.key
    # PyJWT's type annotation lists only the keys of its own algorithms.
    return resolved.jws.encode(payload, key, key.alg, {"kid": key.kid, **headers})  # type: ignore[arg-type]


def kms_client(session: boto3.Session | None = None) -> "KMSClient":
    """A KMS client for services: with timeouts of seconds, and retries of transient errors, throttling included."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=50,  # boto3's default of 10 is too low for the threads of a busy service
    )
    return (session or boto3.Session()).client("kms", config=config)
