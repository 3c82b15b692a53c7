"""The token service's side of the contract: its rules, defaults and log, which are defined only in its own code.

The only place of the components that imports the issuer: ``issuer`` in the repository and in the Pulumi package,
``kms_jwt.issuer`` in the wheel. The same sources are packaged for Lambda.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract import ConfigError, parse_json

if TYPE_CHECKING or __package__ == "components.token_service":
    from issuer.token_service import clients, config, decision_log
else:
    from ...issuer.token_service import clients, config, decision_log

ISSUER = Path(config.__file__).resolve().parent.parent
"""The folder of the sources."""

CONTRACT_VERSION = config.VERSION
DEFAULT_LIFETIME_SECONDS = clients.DEFAULT_LIFETIME_SECONDS

METRIC_NAMESPACE = decision_log.NAMESPACE
FAILED_LOGINS = decision_log.Metric.FAILED_LOGINS.value
TOKENS_FAILED = decision_log.Metric.TOKENS_FAILED.value


@lru_cache(maxsize=64)  # a document is judged when it is declared, and again once it is known
def judge(text: str) -> ConfigError | None:
    """The error with which the token service's init would fail for a ``config.json`` with this content, or ``None``."""
    try:
        config.parse_config(parse_json(text.encode()))
    except ConfigError as error:
        return error
    except ValueError as fault:  # an unpaired surrogate, or NaN
        return ConfigError(f"config.json cannot be read: {fault}")
    return None
