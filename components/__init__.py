"""Pulumi components for an API Gateway HTTP API that allows only requests with JWTs signed by AWS KMS keys.

``AuthorizedHttpApi`` creates the whole API; ``JwtAuthorizer`` protects an existing API; ``SigningKeys`` creates the keys;
``TokenService`` issues the tokens of machines.
"""

from .denylist import Denylist, DenylistArgs, DenylistNodes
from .execution_role import PolicyStatementArgs, RoleNodes
from .faults import InvalidArgs
from .http_api.alarms import AlarmsArgs
from .http_api.api_domain_inputs import ApiDomainArgs
from .http_api.authorized_http_api import AuthorizedHttpApi
from .http_api.cors import CorsArgs
from .http_api.domain import Domain
from .http_api.domain_inputs import DomainArgs, MutualTlsArgs
from .http_api.inputs import AuthorizedHttpApiArgs
from .http_api.integrations import IntegrationArgs, VpcLinkArgs
from .http_api.nodes import AuthorizedHttpApiNodes, DomainNodes
from .http_api.route_authorization import BuiltInJwtAuthorizerArgs
from .http_api.route_defaults import RouteInput
from .http_api.routes import RouteArgs
from .http_api.service_integrations import ServiceArgs
from .http_api.stage import StageArgs
from .http_api.well_known import WellKnownArgs
from .kms.generations import GenerationArgs
from .kms.inputs import SigningKeysArgs
from .kms.nodes import SigningKeysNodes
from .kms.signing_keys import SigningKeys
from .lambda_authorizer.authorizer_function import AuthorizerFunction
from .lambda_authorizer.authorizer_role import AuthorizerRole, AuthorizerRoleArgs
from .lambda_authorizer.denylist_reader import DenylistReaderArgs
from .lambda_authorizer.function_settings import FunctionSettingsArgs, VpcArgs
from .lambda_authorizer.inputs import (
    AuthorizerFunctionArgs,
    JwtAuthorizerArgs,
    KeysArgs,
    KmsKeyArgs,
    RoleSettingsArgs,
    RouteScopesArgs,
    TokenPolicyArgs,
)
from .lambda_authorizer.jwt_authorizer import JwtAuthorizer
from .lambda_authorizer.nodes import AuthorizerFunctionNodes, FunctionNodes, JwtAuthorizerNodes
from .lambda_authorizer.trusted_issuers import TrustedIssuerArgs
from .token_service.alarms import TokenAlarmsArgs
from .token_service.api import TokenServiceApiArgs
from .token_service.clients import AwsAccountArgs, ClientAssertionArgs, TokenClientArgs
from .token_service.function import TokenFunctionArgs
from .token_service.inputs import TokenRoleSettingsArgs, TokenServiceArgs
from .token_service.keys import TokenKeysArgs
from .token_service.nodes import TokenServiceNodes
from .token_service.role import TokenServiceRole, TokenServiceRoleArgs
from .token_service.token_service import TokenService

__all__ = [
    "AlarmsArgs",
    "ApiDomainArgs",
    "AuthorizedHttpApi",
    "AuthorizedHttpApiArgs",
    "AuthorizedHttpApiNodes",
    "AuthorizerFunction",
    "AuthorizerFunctionArgs",
    "AuthorizerFunctionNodes",
    "AuthorizerRole",
    "AuthorizerRoleArgs",
    "AwsAccountArgs",
    "BuiltInJwtAuthorizerArgs",
    "ClientAssertionArgs",
    "CorsArgs",
    "Denylist",
    "DenylistArgs",
    "DenylistNodes",
    "DenylistReaderArgs",
    "Domain",
    "DomainArgs",
    "DomainNodes",
    "FunctionNodes",
    "FunctionSettingsArgs",
    "GenerationArgs",
    "IntegrationArgs",
    "InvalidArgs",
    "JwtAuthorizer",
    "JwtAuthorizerArgs",
    "JwtAuthorizerNodes",
    "KeysArgs",
    "KmsKeyArgs",
    "MutualTlsArgs",
    "PolicyStatementArgs",
    "RoleNodes",
    "RoleSettingsArgs",
    "RouteArgs",
    "RouteInput",
    "RouteScopesArgs",
    "ServiceArgs",
    "SigningKeys",
    "SigningKeysArgs",
    "SigningKeysNodes",
    "StageArgs",
    "TokenAlarmsArgs",
    "TokenClientArgs",
    "TokenFunctionArgs",
    "TokenKeysArgs",
    "TokenPolicyArgs",
    "TokenRoleSettingsArgs",
    "TokenService",
    "TokenServiceApiArgs",
    "TokenServiceArgs",
    "TokenServiceNodes",
    "TokenServiceRole",
    "TokenServiceRoleArgs",
    "TrustedIssuerArgs",
    "VpcArgs",
    "VpcLinkArgs",
    "WellKnownArgs",
]
