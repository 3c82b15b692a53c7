"""Pulumi components: an API Gateway HTTP API that lets in only JWTs signed by AWS KMS keys.

``AuthorizedHttpApi`` is the whole; ``JwtAuthorizer`` protects an API that exists already; ``SigningKeys`` makes the keys.
"""

from .alarms import AlarmsArgs
from .authorized_http_api import AuthorizedHttpApi, AuthorizedHttpApiArgs
from .authorizer_config import KeysArgs, KmsKeyArgs, RouteScopesArgs, TokenPolicyArgs
from .authorizer_function import AuthorizerFunction, AuthorizerFunctionArgs
from .authorizer_role import AuthorizerRole, AuthorizerRoleArgs
from .cors import CorsArgs
from .domain import DomainArgs, MutualTlsArgs
from .execution_role import PolicyStatementArgs
from .function_settings import FunctionSettingsArgs, VpcArgs
from .integrations import IntegrationArgs, VpcLinkArgs
from .jwt_authorizer import JwtAuthorizer, JwtAuthorizerArgs, RoleSettingsArgs
from .routes import RouteArgs
from .service_integrations import ServiceArgs
from .signing_keys import GenerationArgs, SigningKeys, SigningKeysArgs
from .stage import StageArgs
from .trusted_issuers import TrustedIssuerArgs
from .validation import InvalidArgs
from .well_known import WellKnownArgs

__all__ = [
    "AlarmsArgs",
    "AuthorizedHttpApi",
    "AuthorizedHttpApiArgs",
    "AuthorizerFunction",
    "AuthorizerFunctionArgs",
    "AuthorizerRole",
    "AuthorizerRoleArgs",
    "CorsArgs",
    "DomainArgs",
    "FunctionSettingsArgs",
    "GenerationArgs",
    "IntegrationArgs",
    "InvalidArgs",
    "JwtAuthorizer",
    "JwtAuthorizerArgs",
    "KeysArgs",
    "KmsKeyArgs",
    "MutualTlsArgs",
    "PolicyStatementArgs",
    "RoleSettingsArgs",
    "RouteArgs",
    "RouteScopesArgs",
    "ServiceArgs",
    "SigningKeys",
    "SigningKeysArgs",
    "StageArgs",
    "TokenPolicyArgs",
    "TrustedIssuerArgs",
    "VpcArgs",
    "VpcLinkArgs",
    "WellKnownArgs",
]
