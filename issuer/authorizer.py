"""What the token service uses of the authorizer: all that every configuration of it needs.

In a checkout and in the Lambda package they are top-level packages, in the wheel they are below ``kms_jwt``. Signing tokens
needs none of it, so that ``KmsSigner`` works without this module.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer":
    from authorizer import base64url, strict_json
    from authorizer.config import LOG_LEVELS, read_config
    from authorizer.config_fields import ConfigError, Fields
    from authorizer.decision_log import NAMESPACE, write_line
    from authorizer.event import RequestIdentity, client_certificate, request_identity
    from authorizer.keys import Key, KeySet
    from authorizer.scopes import scope_names
else:
    from ..authorizer import base64url, strict_json
    from ..authorizer.config import LOG_LEVELS, read_config
    from ..authorizer.config_fields import ConfigError, Fields
    from ..authorizer.decision_log import NAMESPACE, write_line
    from ..authorizer.event import RequestIdentity, client_certificate, request_identity
    from ..authorizer.keys import Key, KeySet
    from ..authorizer.scopes import scope_names

__all__ = [
    "LOG_LEVELS",
    "NAMESPACE",
    "ConfigError",
    "Fields",
    "Key",
    "KeySet",
    "RequestIdentity",
    "base64url",
    "client_certificate",
    "read_config",
    "request_identity",
    "scope_names",
    "strict_json",
    "write_line",
]
