"""KmsSigner: signs tokens with the KMS key that an alias refers to, each with the ``kid`` of the key that signed it."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from jwt import PyJWS

from .errors import InvalidToken, KeyNotFound, KeyUnusable, SigningDenied
from .json_values import checked_claims, checked_headers
from .key_source import DEFAULT_REFRESH_SECONDS, AliasKey, KeySource, PinnedKeys
from .kms_key import SigningKey
from .signing_key import KmsAlgorithm

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_OTHER_KEY_MAY_SIGN = (SigningDenied, KeyUnusable, KeyNotFound)
"""Errors of one key. A new key is not found, or denied, until all of KMS knows it:
https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html"""


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
        client = client if client is not None else kms_client()
        self._start(client, AliasKey(client, key_id, alg, refresh_seconds, clock))

    @classmethod
    def pinned(cls, keys: Sequence[SigningKey], client: "KMSClient | None" = None) -> "KmsSigner":
        """A signer with the first of ``keys``, and with the next ones only while KMS does not let it sign: it is denied,
        disabled, or not found. Nothing is looked up: ``kms:Sign`` with ``keys`` suffices. Raises ``ValueError`` without a key.
        """
        signer = cls.__new__(cls)
        signer._start(client if client is not None else kms_client(), PinnedKeys(keys))
        return signer

    def _start(self, client: "KMSClient", keys: KeySource) -> None:
        self._client = client
        self._keys = keys
        self._jws: dict[str, PyJWS] = {}

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """Return a JWT with exactly these ``claims``; ``headers`` are added to ``alg``, ``kid`` and ``typ`` (default ``JWT``).

        A ``datetime`` in ``exp``, ``iat`` or ``nbf`` is converted to a NumericDate; without a time zone it is taken as UTC, as
        in PyJWT. Raises ``IssuerError``; before KMS is called, ``InvalidToken`` (also a ``ValueError``) for claims that are not
        a mapping, for values that JSON does not have, such as NaN, and for header parameters that callers cannot set.
        """
        headers = _headers(headers)
        payload = json.dumps(checked_claims(claims), separators=(",", ":")).encode()
        key = self._keys.current()
        try:
            return self._token(payload, headers, key)
        except _OTHER_KEY_MAY_SIGN:
            for other in self._keys.others(key):
                with suppress(*_OTHER_KEY_MAY_SIGN):
                    return self._token(payload, headers, other)
            raise

    async def sign_async(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """Like ``sign``, but in a thread, since boto3 is synchronous."""
        return await asyncio.to_thread(self.sign, claims, headers)

    def signing_key(self) -> SigningKey:
        """The key that is used for signing at present. Raises ``IssuerError``."""
        return self._keys.current()

    def _token(self, payload: bytes, headers: Mapping[str, Any], key: SigningKey) -> str:
        jws = self._jws.get(key.alg)
        if jws is None:
            jws = PyJWS(algorithms=[])
            jws.register_algorithm(key.alg, KmsAlgorithm(self._client, key.alg))
            self._jws[key.alg] = jws
        # PyJWT's type annotation lists only the keys of its own algorithms.
        return jws.encode(payload, key, key.alg, {"kid": key.kid, **headers})  # type: ignore[arg-type]


def _headers(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    checked = checked_headers({} if headers is None else headers)
    if reserved := checked.keys() & {"alg", "kid"}:
        raise InvalidToken(f"{', '.join(sorted(reserved))}: set by the signing key: omit them from headers")
    if checked.get("b64", True) is not True:
        raise InvalidToken(
            "headers.b64: must be true or omitted: the payload of a JWT is base64url (RFC 7797 section 7)"
        )
    return checked


def kms_client(session: boto3.Session | None = None) -> "KMSClient":
    """A KMS client for services: with timeouts of seconds, and retries of transient errors, throttling included."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=50,  # boto3's default of 10 is too low for the threads of a busy service
    )
    return (session or boto3.Session()).client("kms", config=config)
