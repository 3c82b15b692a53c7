"""KmsSigner: tokens signed by the KMS key behind an alias, each with the ``kid`` of the very key that signed it."""

import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from jwt import PyJWS

from .signing_key import KmsAlgorithm, SigningKey, resolve_signing_key

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

DEFAULT_REFRESH_SECONDS = 300.0


class KmsSigner:
    """Signs JWTs with the key that ``key_id`` (an alias, typically) names; may be shared between threads.

    The alias is resolved once per ``refresh_seconds`` (default 300): so long an old key may go on signing after the alias
    has moved, and so long it must stay published. ``client`` is a boto3 KMS client, by default one with timeouts and
    retries for a service that answers requests; ``alg`` is needed only to sign other than the key spec's default;
    ``clock`` counts seconds.
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
        self._resolved: tuple[SigningKey, float] | None = None

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """The JWT with exactly these ``claims``; ``headers`` join ``alg``, ``kid`` and ``typ`` (``JWT`` unless given).

        Raises ``IssuerError``, and ``ValueError`` for headers that are not the caller's to choose.
        """
        headers = dict(headers or {})
        if reserved := headers.keys() & {"alg", "kid"}:
            raise ValueError(f"{', '.join(sorted(reserved))}: set by the signing key, so leave them out of headers")
        key = self.signing_key()
        jws = PyJWS(algorithms=[])
        jws.register_algorithm(key.alg, KmsAlgorithm(self._client, key.alg))
        payload = json.dumps(claims, separators=(",", ":")).encode()
        # PyJWT's type names the keys of its own algorithms only.
        return jws.encode(payload, key, algorithm=key.alg, headers={"kid": key.kid, **headers})  # type: ignore[arg-type]

    def signing_key(self) -> SigningKey:
        """The key that signs now. Raises ``IssuerError``."""
        with self._lock:
            now = self._clock()
            if self._resolved is None or now - self._resolved[1] >= self._refresh_seconds:
                self._resolved = resolve_signing_key(self._client, self._key_id, self._alg), now
            return self._resolved[0]


def kms_client(session: boto3.Session | None = None) -> "KMSClient":
    """A KMS client for services: it gives up within seconds, and retries what may be retried, throttling included."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    return (session or boto3.Session()).client("kms", config=config)
