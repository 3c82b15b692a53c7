"""Reading the ``kms`` field of ``config.json``: which keys to ask KMS for, and how often."""

from collections.abc import Mapping
from typing import NamedTuple

from .config import ConfigError
from .keys import ALGORITHMS

DEFAULT_REFRESH_SECONDS = 3600
DEFAULT_MAX_STALE_SECONDS = 86400
MIN_TIMEOUT_SECONDS = 3
"""The least timeout of a function that reads its keys from KMS: a refresh may take half of it."""


class KmsSettings(NamedTuple):
    """The ``kms`` field of ``config.json``."""

    keys: tuple[tuple[str, str], ...]
    """KMS key id, ARN or alias, with the JOSE algorithm it is trusted for."""
    refresh_seconds: int
    max_stale_seconds: int


def parse_settings(kms: object) -> KmsSettings:
    """Check ``kms``, an object with these fields:

    - ``keys``: a list of ``{"key_id": ..., "alg": ...}``, at least one
    - ``refresh_seconds``: how often KMS is asked, default 3600
    - ``max_stale_seconds``: how long a key is trusted after KMS last vouched for it, default 86400

    Raises ``ConfigError``.
    """
    if not isinstance(kms, dict) or not kms.keys() <= {"keys", "refresh_seconds", "max_stale_seconds"}:
        raise ConfigError("kms: must be an object with keys, refresh_seconds and max_stale_seconds only")
    keys = kms.get("keys")
    if not isinstance(keys, list) or not keys:
        raise ConfigError("kms.keys: must be a list of at least one key")
    refresh_seconds = _seconds(kms, "refresh_seconds", DEFAULT_REFRESH_SECONDS)
    max_stale_seconds = _seconds(kms, "max_stale_seconds", DEFAULT_MAX_STALE_SECONDS)
    if max_stale_seconds < refresh_seconds:
        raise ConfigError("kms.max_stale_seconds: must not be less than refresh_seconds")
    pairs = tuple(_key(f"kms.keys[{index}]", key) for index, key in enumerate(keys))
    if len(dict(pairs)) != len(pairs):
        raise ConfigError("kms.keys: a key_id is listed twice: one key, one algorithm")
    return KmsSettings(pairs, refresh_seconds, max_stale_seconds)


def _key(path: str, key: object) -> tuple[str, str]:
    if not isinstance(key, dict) or key.keys() != {"key_id", "alg"}:
        raise ConfigError(f"{path}: must be an object with key_id and alg, and is {key!r}")
    key_id, alg = key["key_id"], key["alg"]
    if not isinstance(key_id, str) or not key_id:
        raise ConfigError(f"{path}.key_id: must be a key id, a key ARN or an alias, and is {key_id!r}")
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        raise ConfigError(f"{path}.alg: must be one of {', '.join(sorted(ALGORITHMS))}, and is {alg!r}")
    return key_id, alg


def _seconds(kms: Mapping[str, object], field: str, default: int) -> int:
    value = kms.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 60 <= value <= 604800:
        raise ConfigError(f"kms.{field}: must be an integer from 60 to 604800 seconds, and is {value!r}")
    return value
