"""The authorizer's side of the contract: its rules, defaults and reasons, which are defined only in its own code.

The only place that imports the authorizer: ``authorizer`` in the repository and in the Pulumi package,
``kms_jwt.authorizer`` in the wheel. The same sources are packaged for Lambda.
"""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "components":
    from authorizer import (
        config,
        config_fields,
        decision_log,
        denial,
        jwks,
        keys,
        scopes,
        strict_json,
        trusted_issuers,
    )
    from authorizer.denylist import settings as denylist_settings
    from authorizer.runtime_keys import attempt, composition, fetch, key_set
    from authorizer.runtime_keys import settings as runtime_settings
else:
    from ..authorizer import (
        config,
        config_fields,
        decision_log,
        denial,
        jwks,
        keys,
        scopes,
        strict_json,
        trusted_issuers,
    )
    from ..authorizer.denylist import settings as denylist_settings
    from ..authorizer.runtime_keys import attempt, composition, fetch, key_set
    from ..authorizer.runtime_keys import settings as runtime_settings

AUTHORIZER = Path(config.__file__).resolve().parent
"""The folder of the sources."""

CONTRACT_VERSION = config.VERSION

ALGORITHMS = keys.ALGORITHMS
"""Every JOSE algorithm that a trusted key may have."""

METRIC_NAMESPACE = decision_log.NAMESPACE
REASONS = tuple(reason.value for reason in denial.Reason)

ConfigError = config_fields.ConfigError
PRIVATE_MEMBERS = keys.PRIVATE_MEMBERS
is_issuer_name = trusted_issuers.is_name
parse_json = strict_json.loads
public_members = keys.public_members
jwks_url_fault = runtime_settings.url_fault
usable_keys = jwks.usable_keys
published_keys = key_set.published_keys
MAX_PUBLISHED_KEYS = key_set.MAX_KEYS
DEFAULT_REFRESH_SECONDS = runtime_settings.DEFAULT_REFRESH_SECONDS
DEFAULT_MAX_STALE_SECONDS = runtime_settings.DEFAULT_MAX_STALE_SECONDS
MIN_TIMEOUT_WITH_REFRESH = runtime_settings.MIN_TIMEOUT_SECONDS
DENYLIST_OBJECT_KEY = denylist_settings.OBJECT_KEY
DEFAULT_DENYLIST_REFRESH_SECONDS = denylist_settings.DEFAULT_REFRESH_SECONDS
DEFAULT_DENYLIST_MAX_STALE_SECONDS = denylist_settings.DEFAULT_MAX_STALE_SECONDS
EMPTY_DENYLIST = denylist_settings.EMPTY_DOCUMENT


@lru_cache(maxsize=256)  # a component and its children check the same document
def judge(text: str) -> ConfigError | None:
    """The error with which the authorizer's init would fail for a ``config.json`` with this content, or ``None``."""
    try:
        config.parse_config(parse_json(text.encode()))
    except ConfigError as error:
        return error
    except ValueError as fault:  # an unpaired surrogate, or NaN
        return ConfigError(f"config.json cannot be read: {fault}")
    return None


def scope_faults(required: Sequence[str]) -> list[config_fields.Fault]:
    """What the authorizer would reject in a list of required scopes; the paths are those in the list."""
    found: list[config_fields.Fault] = []
    scopes.scope_names(config_fields.Fields({"scopes": [*required]}, faults=found))
    return [config_fields.Fault(fault.path[1:], fault.message) for fault in found]


def own_keys(pinned: Sequence[Mapping[str, object]], kms_keys: Sequence[str]) -> keys.KeySet:
    """The own keys, which no other issuer may have: ``pinned``, and those with the ARNs ``kms_keys``, known by ``kid`` only."""
    own = composition.own_key_set(pinned)
    for arn in kms_keys:
        own.reserve(arn.rpartition("/")[2])
    return own


def read_url(url: str, seconds: float) -> bytes:
    """What ``url`` answers within ``seconds``, read as the authorizer reads keys. Raises ``UnreadableUrl``."""
    (answer,) = attempt.outcomes([partial(fetch.fetch, url)], time.time, seconds)
    if isinstance(answer, Exception):
        raise UnreadableUrl(str(answer) or type(answer).__name__)
    if answer.status != 200:
        raise UnreadableUrl(f"the status is {answer.status}, and must be 200, without a redirect")
    if key_set.is_encoded(answer):
        raise UnreadableUrl("the response has a Content-Encoding, and must have none")
    return answer.body


class UnreadableUrl(Exception):
    """A URL cannot be read; the message says why, in one line."""
