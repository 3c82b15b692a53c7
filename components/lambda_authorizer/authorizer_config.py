"""Writing ``config.json``, the contract with the authorizer: which tokens are trusted, and what routes require of them.

The rules are not repeated here: the authorizer's own code validates the finished document, the values that are known before
anything is created, and all of it as soon as the last Output is known.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ..choices import BoundTokens, KeySource, ScopesMatch
from ..faults import Faults
from .config_document import config_document
from .config_stand_ins import with_stand_ins
from .denylist_reader import DenylistReaderArgs
from .published_keys import with_published_keys
from .trusted_issuers import TrustedIssuerArgs


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


ROUTES_INPUT = "route_scopes"
"""The name of the input with the closed list of routes."""


def config_json(
    subject: str, tokens: TrustedTokens, routes: dict[str, RouteScopesArgs] | None, resource: pulumi.Resource
) -> pulumi.Output[str]:
    """The content of ``config.json``, once everything in it is known. ``routes`` is the closed list of routes; ``None`` means
    any route.

    The Output fails with ``InvalidArgs`` if the authorizer would reject the document at init. Ignored keys of another issuer
    are logged as warnings about ``resource``.
    """

    resolved = pulumi.Output.from_input(tokens)

    async def failed(faults: Faults) -> str:
        raise faults.late_error(secret=await resolved.is_secret())

    def finished(known: TrustedTokens) -> str | Awaitable[str]:
        faults = Faults(subject)
        known = with_published_keys(known, faults)
        if faults.found:
            return failed(faults)
        document = config_document(known, routes, faults, ROUTES_INPUT)
        if faults.found:
            return failed(faults)
        for warning in document.warnings:
            pulumi.log.warn(f"{subject}: {warning}", resource)
        return document.text

    return resolved.apply(finished)


def check_tokens(
    tokens: TrustedTokens,
    routes: dict[str, RouteScopesArgs] | None,
    faults: Faults,
    routes_input: str = ROUTES_INPUT,
) -> None:
    """Record in ``faults`` what the authorizer would reject at init, for the values that are known already."""
    config_document(with_stand_ins(with_published_keys(tokens, faults), faults), routes, faults, routes_input)
