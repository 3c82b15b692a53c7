"""Reading the ``kms`` field of ``config.json``: which keys to read from KMS, and how often."""

from collections.abc import Mapping
from typing import NamedTuple

from ..config_fields import Fields
from ..keys import ALGORITHMS

DEFAULT_REFRESH_SECONDS = 3600
DEFAULT_MAX_STALE_SECONDS = 86400


class KmsSettings(NamedTuple):
    """The ``kms`` field of ``config.json``."""

    keys: tuple[tuple[str, str], ...]
    """KMS key ARNs, ids or aliases, each with the JOSE algorithm that the key is trusted for."""
    refresh_seconds: int
    max_stale_seconds: int


def parse_settings(document: Mapping[str, object]) -> KmsSettings:
    """Validate the field ``kms`` of ``document``, which ``config.parse_config`` describes. Raises ``ConfigError``."""
    fields = Fields(document)
    settings = read_settings(fields)
    fields.raise_if_any()
    return settings


def read_settings(fields: Fields) -> KmsSettings:
    """Read the field ``kms``; errors are recorded in ``fields``."""
    kms = fields.object("kms")
    kms.only(("keys", "refresh_seconds", "max_stale_seconds"))
    refresh_seconds = kms.integer("refresh_seconds", DEFAULT_REFRESH_SECONDS, 60, 604800, "seconds")
    max_stale_seconds = kms.integer("max_stale_seconds", DEFAULT_MAX_STALE_SECONDS, 60, 604800, "seconds")
    if max_stale_seconds < refresh_seconds:
        kms.fault(
            f"must not be less than refresh_seconds, {refresh_seconds}, and is {max_stale_seconds}", "max_stale_seconds"
        )
    algorithms: dict[str, str] = {}
    known: dict[str, str] = {}
    for index, key in kms.objects("keys", at_least=1):
        key.only(("key_id", "alg"))
        key_id, alg = key.name("key_id"), key.choice("alg", ALGORITHMS, "")
        # The replicas of a multi-Region key are the same key, and have the same key id, the last part of the ARN.
        if key_id in algorithms or known.setdefault(key_id.rpartition("/")[2], alg) != alg:
            kms.fault("is listed twice: a key is trusted for one algorithm", "keys", index, "key_id")
        algorithms[key_id] = alg
    return KmsSettings(tuple(algorithms.items()), refresh_seconds, max_stale_seconds)
