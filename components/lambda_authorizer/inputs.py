"""The inputs of ``AuthorizerFunction`` and ``JwtAuthorizer``, and their parts that other components have as well."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ..choices import BoundTokens, KeySource, ScopesMatch
from ..execution_role import PolicyStatementArgs
from .denylist_reader import DenylistReaderArgs
from .function_settings import FunctionSettingsArgs
from .trusted_issuers import TrustedIssuerArgs

DEFAULT_CACHE_TTL = 60
"""Seconds. A cached allow response outlives the token's `exp` and the retirement of its key by up to this time."""


class KmsKeyArgs(TypedDict):
    """A KMS key that the authorizer reads at run time."""

    arn: pulumi.Input[str]
    """ARN of the key, not of an alias."""
    algorithm: NotRequired[str]
    """The JOSE algorithm of the key. Default: ES512."""


class KeysArgs(TypedDict):
    """The keys whose signatures are accepted."""

    source: NotRequired[KeySource]
    """Source of the keys. "pinned" (default): the package contains those of `jwks`, so that the authorizer needs no
    network. "kms": the authorizer reads `kms_keys` from KMS at init and every hour."""
    jwks: NotRequired[Sequence[pulumi.Input[str]]]
    """JSON Web Key Sets (RFC 7517) as JSON, for source "pinned", such as the output `jwks` of `SigningKeys`."""
    kms_keys: NotRequired[Sequence[KmsKeyArgs]]
    """KMS keys, for source "kms"."""


class TokenPolicyArgs(TypedDict):
    """Further requirements on tokens."""

    token_types: NotRequired[list[str]]
    """Accepted values of the `typ` header parameter; an empty string means no `typ`. Default: JWT and at+jwt."""
    required_claims: NotRequired[list[str]]
    """Claims that a token must have. Default: `sub`."""
    expected_claims: NotRequired[dict[str, list[Any]]]
    """Accepted values by claim, each a string, an integer or a boolean, compared exactly and by type, such as
    {"token_use": ["access"]}; one of them in a claim that is a list suffices. Default: none."""
    leeway_seconds: NotRequired[int]
    """Clock skew accepted for `exp`, `nbf` and `iat`, 0 to 300 seconds. Default: none for `exp`, 10 seconds for `nbf`
    and `iat`."""
    max_token_age_seconds: NotRequired[int]
    """Maximum age of a token since `iat` in seconds, regardless of `exp`. Default: 3600."""
    max_token_lifetime_seconds: NotRequired[int]
    """Maximum of `exp` minus `iat` in seconds. Default: unlimited."""
    max_token_bytes: NotRequired[int]
    """Maximum size of a token in bytes, 256 to 10240. Default: 8192."""
    bound_tokens: NotRequired[BoundTokens]
    """Tokens that are bound to a client certificate: `cnf` with `x5t#S256` (RFC 8705 section 3). "accepted": they are accepted
    together with that certificate only, and others as before. "required": others are denied. The certificate becomes an
    identity source, unless `cache_ttl` is 0. It requires `domain` with `mutual_tls` (or `requires_client_certificates`) and
    `disable_default_endpoint`; around an API of your own, that no caller reaches it without a client certificate. Default:
    tokens with `cnf` are denied."""
    context_claims: NotRequired[list[str]]
    """Claims passed to the backend in `requestContext.authorizer.lambda`: strings, numbers, booleans and lists of
    strings. Lists are for Lambda backends: their result in a parameter mapping is not documented. With `trusted_issuers`,
    `iss` is always passed, and `issuer` is the name of the issuer: `sub` and `client_id` are unique within `iss` only. Default:
    `sub`, `scope` and `client_id`."""
    log_level: NotRequired[str]
    """Which decisions are logged: INFO (default), all; WARN, denials; ERROR, internal errors only. The metrics are part
    of the log lines."""


class TrustedTokens(TypedDict):
    """The part of a component's arguments that defines which tokens are accepted."""

    issuer: NotRequired[pulumi.Input[str]]
    """The accepted `iss` value, compared exactly. Required unless `function_arn` is set."""
    audience: NotRequired[Sequence[pulumi.Input[str]]]
    """Accepted `aud` values, compared exactly; one match suffices. Required unless `function_arn` is set."""
    keys: NotRequired[KeysArgs]
    """The keys whose signatures are accepted. Required unless `function_arn` is set."""
    policy: NotRequired[TokenPolicyArgs]
    """Further requirements on tokens."""
    trusted_issuers: NotRequired[Sequence[TrustedIssuerArgs]]
    """Other issuers whose tokens are accepted, each with its own keys, audiences, rules and scopes. Default: none."""
    denylist: NotRequired[DenylistReaderArgs]
    """The denylist, which revokes tokens, clients, subjects and keys without a deployment. Default: none."""


class RouteScopesArgs(TypedDict):
    """What a route requires of a token."""

    scopes: NotRequired[list[str]]
    """Scopes that a token must have. Default: none, so that every valid token is accepted."""
    scopes_match: NotRequired[ScopesMatch]
    """"all" (default): the token must have every scope. "any": one of the scopes suffices."""


class ClosedRoutes(TypedDict):
    """The part of the arguments that says which routes there are."""

    route_scopes: NotRequired[dict[str, RouteScopesArgs]]
    """Required scopes by route key. Requests to a route that is not listed are denied. Default: every route, without
    scopes."""


class FunctionOptions(TrustedTokens):
    """The part of the arguments that configures the function, and which tokens it accepts."""

    function: NotRequired[FunctionSettingsArgs]
    """Configuration of the authorizer's Lambda function."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for every resource that supports tags."""


class AuthorizerFunctionArgs(FunctionOptions, ClosedRoutes):
    """A request authorizer."""

    role_arn: pulumi.Input[str]
    """ARN of the execution role, such as the output of `AuthorizerRole`."""


class RoleSettingsArgs(TypedDict):
    """The execution role of the authorizer's function."""

    arn: NotRequired[pulumi.Input[str]]
    """ARN of an existing role. Default: a least-privilege role is created."""
    policy_statements: NotRequired[Sequence[PolicyStatementArgs]]
    """Further permissions of the created role. Default: none."""


class AuthorizerOptions(FunctionOptions):
    """The arguments of an authorizer that all components with an authorizer share."""

    cache_ttl: NotRequired[int]
    """Seconds for which API Gateway caches the authorizer's response, 0 to 3600. Default: 60. With 0 the authorizer is
    invoked for every request."""
    identity_sources: NotRequired[list[str]]
    """Identity sources in addition to the Authorization header, such as "$request.header.X-Tenant". They are part of
    the cache key, and a request without one of them gets a 401 response."""
    role: NotRequired[RoleSettingsArgs]
    """The execution role of the authorizer's Lambda function."""
    function_arn: NotRequired[pulumi.Input[str]]
    """ARN of your own Lambda function, version or alias, to be invoked instead of the authorizer. It must be in the
    account and the region of the API."""


class AuthorizerArgs(AuthorizerOptions, ClosedRoutes):
    """The arguments of an authorizer without the API, which need not exist when they are checked."""


class JwtAuthorizerArgs(AuthorizerArgs):
    """An authorizer for an HTTP API. `issuer`, `audience` and `keys` are required unless `function_arn` is set."""

    api_id: pulumi.Input[str]
    """ID of the HTTP API."""
