"""Reading the ``kms`` field of ``config.json``: which keys to ask KMS for, and how often."""

from collections.abc import Mapping
from typing import NamedTuple

from ..config_fields import Fields
from ..keys import ALGORITHMS

DEFAULT_REFRESH_SECONDS = 3600
DEFAULT_MAX_STALE_SECONDS = 86400
MIN_TIMEOUT_SECONDS = 3
"""The least timeout of a function that reads its keys from KMS: a refresh may take half of it."""


class KmsSettings(NamedTuple):
    """The ``kms`` field of ``config.json``."""

    keys: tuple[tuple[str, str], ...]
    """KMS key ARN, id or alias, with the JOSE algorithm it is trusted for."""
    refresh_seconds: int
    max_stale_seconds: int


def parse_settings(document: Mapping[str, object]) -> KmsSettings:
    """Check the field ``kms`` of ``document``, as ``config.parse_config`` describes it. Raises ``ConfigError``."""
    fields = Fields(document)
    settings = read_settings(fields)
    fields.raise_if_any()
    return settings


def read_settings(fields: Fields) -> KmsSettings:
    """The field ``kms``; what is wrong is noted."""
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
        # The replicas of a multi-Region key are one key: they have its id, the end of their ARNs.
        if key_id in algorithms or known.setdefault(key_id.rpartition("/")[2], alg) != alg:
            kms.fault("is listed twice: one key, one algorithm", "keys", index, "key_id")
        algorithms[key_id] = alg
    return KmsSettings(tuple(algorithms.items()), refresh_seconds, max_stale_seconds)
