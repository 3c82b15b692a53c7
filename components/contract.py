"""The authorizer's side of the contract: its rules, defaults and reasons, read from its own code and written nowhere else.

The one place that imports the authorizer, under the name that it has beside this package: in the repository and in the Pulumi
package ``authorizer``, in the wheel ``kms_jwt.authorizer``. It is these very sources that are packed for Lambda.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "components":
    from authorizer import algorithms, config, config_fields, decision_log, denial, keys, strict_json
    from authorizer.kms import settings as kms_settings
else:
    from ..authorizer import algorithms, config, config_fields, decision_log, denial, keys, strict_json
    from ..authorizer.kms import settings as kms_settings

AUTHORIZER = Path(config.__file__).resolve().parent
"""The folder of the sources."""

CONTRACT_VERSION = config.VERSION

ALGORITHMS = keys.ALGORITHMS
"""Every JOSE algorithm that a trusted key may have."""

METRIC_NAMESPACE = decision_log.NAMESPACE
REASONS = tuple(reason.value for reason in denial.Reason)

ConfigError = config_fields.ConfigError
InvalidKey = algorithms.InvalidKey
KeySet = keys.KeySet
PRIVATE_MEMBERS = keys.PRIVATE_MEMBERS
parse_json = strict_json.loads
public_members = keys.public_members
MIN_TIMEOUT_WITH_KMS = kms_settings.MIN_TIMEOUT_SECONDS


@lru_cache(maxsize=256)  # a component, and those that it is made of, come with the same document
def judge(text: str) -> ConfigError | None:
    """What the authorizer would refuse at init of ``config.json`` with this content: every fault, or ``None``."""
    try:
        config.parse_config(parse_json(text.encode()))
    except ConfigError as refusal:
        return refusal
    except ValueError as fault:  # half a surrogate pair, or a number that is none
        return ConfigError(f"config.json cannot be read: {fault}")
    return None
