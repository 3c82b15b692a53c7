"""Public keys read with ``kms:GetPublicKey`` at init, and again on a timer, never because of a token."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from .config import ConfigError
from .decision_log import write_line
from .denial import Denied, Reason
from .keys import ALGORITHMS
from .public_key import jwk_of
from .verifier import Verifier

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

DEFAULT_REFRESH_SECONDS = 3600
DEFAULT_MAX_STALE_SECONDS = 86400
RETRY_SECONDS = 30
"""Between attempts while KMS does not answer."""

_GONE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
"""KMS's word that a key is not to be used: disabled, waiting for deletion, deleted. Its tokens are trusted no more."""


class KmsSettings(NamedTuple):
    """The ``kms`` field of ``config.json``."""

    keys: tuple[tuple[str, str], ...]
    """KMS key id, ARN or alias, with the JOSE algorithm it is trusted for."""
    refresh_seconds: int
    max_stale_seconds: int


class KmsKeys:
    """Verifiers with the keys that KMS says are in use.

    A key that KMS calls disabled, pending deletion or unknown is dropped at the next refresh. While KMS does not
    answer, the last good set is kept for ``max_stale_seconds``; after that every request is denied. Construction raises
    ``ConfigError`` for a wrong configuration and for keys that cannot be read: no keys, no start. ``clock`` is in
    seconds since the epoch: a monotonic clock may stand still while Lambda keeps the environment frozen.
    """

    def __init__(
        self, document: Mapping[str, object], client: "KMSClient", clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = _parse_settings(document.get("kms"))
        self._policy = {field: value for field, value in document.items() if field != "kms"}
        if "keys" in self._policy:
            raise ConfigError('keys: pinned keys and "kms" exclude each other: remove one of them')
        self._client = client
        self._clock = clock
        try:
            self._jwks = self._fetch()
        except (BotoCoreError, ClientError) as fault:
            raise ConfigError(f"kms: cannot read the public keys: {fault}") from None
        self._verifier = self._verifier_for(self._jwks)
        self._schedule(clock())

    def current(self) -> Verifier:
        now = self._clock()
        if now >= self._refresh_at:
            self._refresh(now)
        if now - self._fetched_at > self._settings.max_stale_seconds:
            raise Denied(Reason.KEYS_UNAVAILABLE)
        return self._verifier

    def _refresh(self, now: float) -> None:
        try:
            jwks = self._fetch()
        except (BotoCoreError, ClientError) as fault:
            self._refresh_at = now + RETRY_SECONDS
            write_line({"level": "ERROR", "message": "refreshing the keys failed", "fault": str(fault)})
            return
        if not jwks:
            self._fetched_at = float("-inf")
            self._refresh_at = now + RETRY_SECONDS
            return
        if jwks != self._jwks:
            self._jwks, self._verifier = jwks, self._verifier_for(jwks)
        self._schedule(now)

    def _schedule(self, now: float) -> None:
        self._fetched_at = now
        # Jitter, so that a fleet of execution environments does not call KMS in step.
        self._refresh_at = now + self._settings.refresh_seconds * random.uniform(0.9, 1.0)  # noqa: S311 - no secret

    def _fetch(self) -> list[Mapping[str, object]]:
        jwks: list[Mapping[str, object]] = []
        for key_id, alg in self._settings.keys:
            try:
                response = self._client.get_public_key(KeyId=key_id)
            except ClientError as fault:
                code = fault.response["Error"]["Code"]
                if code not in _GONE:
                    raise
                write_line({"level": "ERROR", "message": "a key is not to be used", "key": key_id, "fault": code})
                continue
            # An alias and its key answer alike: the response names the key itself.
            jwks.append(jwk_of(response["PublicKey"], kid=response["KeyId"].rpartition("/")[2], alg=alg))
        return jwks

    def _verifier_for(self, jwks: list[Mapping[str, object]]) -> Verifier:
        return Verifier({**self._policy, "keys": jwks})


def kms_client() -> "KMSClient":
    """boto3's client, with timeouts that leave the authorizer's answer within API Gateway's ten seconds."""
    config = ClientConfig(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
    return boto3.client("kms", config=config)


def _parse_settings(kms: object) -> KmsSettings:
    if not isinstance(kms, dict) or not kms.keys() <= {"keys", "refresh_seconds", "max_stale_seconds"}:
        raise ConfigError("kms: must be an object with keys, refresh_seconds and max_stale_seconds only")
    keys = kms.get("keys")
    if not isinstance(keys, list) or not keys:
        raise ConfigError("kms.keys: must be a list of at least one key")
    refresh_seconds = _seconds(kms, "refresh_seconds", DEFAULT_REFRESH_SECONDS)
    max_stale_seconds = _seconds(kms, "max_stale_seconds", DEFAULT_MAX_STALE_SECONDS)
    if max_stale_seconds < refresh_seconds:
        raise ConfigError("kms.max_stale_seconds: must not be less than refresh_seconds")
    return KmsSettings(
        tuple(_key(f"kms.keys[{index}]", key) for index, key in enumerate(keys)), refresh_seconds, max_stale_seconds
    )


def _key(path: str, key: object) -> tuple[str, str]:
    if not isinstance(key, dict) or key.keys() != {"key_id", "alg"}:
        raise ConfigError(f"{path}: must be an object with key_id and alg, and is {key!r}")
    key_id, alg = key["key_id"], key["alg"]
    if not isinstance(key_id, str) or not key_id:
        raise ConfigError(f"{path}.key_id: must be a key id, a key ARN or an alias, and is {key_id!r}")
    if alg not in ALGORITHMS:
        raise ConfigError(f"{path}.alg: must be one of {', '.join(sorted(ALGORITHMS))}, and is {alg!r}")
    return key_id, alg


def _seconds(kms: Mapping[str, object], field: str, default: int) -> int:
    value = kms.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 60 <= value <= 604800:
        raise ConfigError(f"kms.{field}: must be an integer from 60 to 604800 seconds, and is {value!r}")
    return value
