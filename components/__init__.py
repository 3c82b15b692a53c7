"""Pulumi components: an API Gateway HTTP API that lets in only JWTs signed by AWS KMS keys.

``AuthorizedHttpApi`` is the whole; ``JwtAuthorizer`` protects an API that exists already; ``SigningKeys`` makes the keys.
"""

from .authorized_http_api import AuthorizedHttpApi, AuthorizedHttpApiArgs, RouteArgs, StageArgs
from .authorizer_config import KeysArgs, KmsKeyArgs, TokenPolicyArgs
from .authorizer_function import AuthorizerFunction, AuthorizerFunctionArgs, FunctionSettingsArgs
from .authorizer_role import AuthorizerRole, AuthorizerRoleArgs
from .integrations import IntegrationArgs
from .jwt_authorizer import JwtAuthorizer, JwtAuthorizerArgs
from .signing_keys import GenerationArgs, SigningKeys, SigningKeysArgs
from .validation import InvalidArgs

__all__ = [
    "AuthorizedHttpApi",
    "AuthorizedHttpApiArgs",
    "AuthorizerFunction",
    "AuthorizerFunctionArgs",
    "AuthorizerRole",
    "AuthorizerRoleArgs",
    "FunctionSettingsArgs",
    "GenerationArgs",
    "IntegrationArgs",
    "InvalidArgs",
    "JwtAuthorizer",
    "JwtAuthorizerArgs",
    "KeysArgs",
    "KmsKeyArgs",
    "RouteArgs",
    "SigningKeys",
    "SigningKeysArgs",
    "StageArgs",
    "TokenPolicyArgs",
]
