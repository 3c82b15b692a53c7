"""The checks and the configuration of the authorizer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "cli.packages":
    from authorizer import base64url, claims, strict_json
    from authorizer.certificate_binding import CONFIRMATION_METHOD, CertificateBinding, certificate_thumbprint
    from authorizer.claims import CLIENT_CLAIMS
    from authorizer.config import Config, parse_config
    from authorizer.config_fields import ConfigError
    from authorizer.context import MAX_CONTEXT_CHARACTERS, backend_context
    from authorizer.denial import Denied, Reason
    from authorizer.denylist.document import MAX_BYTES as MAX_DENYLIST_BYTES
    from authorizer.denylist.document import MAX_ENTRIES as MAX_DENYLIST_ENTRIES
    from authorizer.denylist.document import Denylist, Revoked, parse_denylist
    from authorizer.denylist.settings import OBJECT_KEY as DENYLIST_OBJECT_KEY
    from authorizer.event import bearer_token
    from authorizer.jws import parse as parse_jws
    from authorizer.key_source import key_source
    from authorizer.keys import public_members
    from authorizer.scopes import check_route
    from authorizer.token_rules import TokenRules
    from authorizer.verifier import Authenticated, Verifier
else:
    from ...authorizer import base64url, claims, strict_json
    from ...authorizer.certificate_binding import CONFIRMATION_METHOD, CertificateBinding, certificate_thumbprint
    from ...authorizer.claims import CLIENT_CLAIMS
    from ...authorizer.config import Config, parse_config
    from ...authorizer.config_fields import ConfigError
    from ...authorizer.context import MAX_CONTEXT_CHARACTERS, backend_context
    from ...authorizer.denial import Denied, Reason
    from ...authorizer.denylist.document import MAX_BYTES as MAX_DENYLIST_BYTES
    from ...authorizer.denylist.document import MAX_ENTRIES as MAX_DENYLIST_ENTRIES
    from ...authorizer.denylist.document import Denylist, Revoked, parse_denylist
    from ...authorizer.denylist.settings import OBJECT_KEY as DENYLIST_OBJECT_KEY
    from ...authorizer.event import bearer_token
    from ...authorizer.jws import parse as parse_jws
    from ...authorizer.key_source import key_source
    from ...authorizer.keys import public_members
    from ...authorizer.scopes import check_route
    from ...authorizer.token_rules import TokenRules
    from ...authorizer.verifier import Authenticated, Verifier

__all__ = [
    "CLIENT_CLAIMS",
    "CONFIRMATION_METHOD",
    "DENYLIST_OBJECT_KEY",
    "MAX_CONTEXT_CHARACTERS",
    "MAX_DENYLIST_BYTES",
    "MAX_DENYLIST_ENTRIES",
    "Authenticated",
    "CertificateBinding",
    "Config",
    "ConfigError",
    "Denied",
    "Denylist",
    "Reason",
    "Revoked",
    "TokenRules",
    "Verifier",
    "backend_context",
    "base64url",
    "bearer_token",
    "certificate_thumbprint",
    "check_route",
    "claims",
    "key_source",
    "parse_config",
    "parse_denylist",
    "parse_jws",
    "public_members",
    "strict_json",
]
