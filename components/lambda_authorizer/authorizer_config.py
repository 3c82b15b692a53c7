"""Writing ``config.json``, the contract with the authorizer: what tokens are trusted, and what routes ask of them.

There are no rules of ours here. The finished document is judged by the authorizer's own code before anything is created: at
once as far as it is known, and the whole of it as soon as the last Output is.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ..choices import KeySource, ScopesMatch
from ..validation import Faults
from .config_document import config_document
from .config_stand_ins import with_stand_ins
from .trusted_issuers import TrustedIssuerArgs


class KmsKeyArgs(TypedDict):
    """A KMS key that the authorizer reads at run time."""

    arn: pulumi.Input[str]
    """ARN of the key, not of an alias."""
    algorithm: NotRequired[str]
    """The JOSE algorithm that the key is trusted for. Default ES512."""


class KeysArgs(TypedDict):
    """The keys whose signatures are trusted."""

    source: NotRequired[KeySource]
    """Where they come from: "pinned" (default): those of `jwks` travel in the package, so that the authorizer needs no
    network. "kms": the authorizer reads `kms_keys` at init, and again every hour."""
    jwks: NotRequired[Sequence[pulumi.Input[str]]]
    """JSON Web Key Sets (RFC 7517), for source "pinned", such as the output `jwks` of `SigningKeys`."""
    kms_keys: NotRequired[Sequence[KmsKeyArgs]]
    """KMS keys, for source "kms"."""


class TokenPolicyArgs(TypedDict):
    """What else a token must satisfy."""

    token_types: NotRequired[list[str]]
    """Accepted values of the `typ` header; an empty string stands for no `typ`. Default JWT and at+jwt."""
    required_claims: NotRequired[list[str]]
    """Claims that a token must have. Default `sub`."""
    expected_claims: NotRequired[dict[str, list[Any]]]
    """Claim -> its accepted values, each a string, an integer or a boolean, compared exactly and with their type, as in
    {"token_use": ["access"]}. Default none."""
    leeway_seconds: NotRequired[int]
    """Clock difference tolerated for `exp`, `nbf` and `iat`, 0 to 300 seconds. Default: `exp` is exact, and `nbf` and `iat`
    may be up to 10 seconds ahead."""
    max_token_age_seconds: NotRequired[int]
    """How long after `iat` a token is accepted, whatever its `exp` says. Default 3600 seconds."""
    max_token_lifetime_seconds: NotRequired[int]
    """How far `exp` may lie after `iat`. Default: any distance."""
    max_token_bytes: NotRequired[int]
    """Size of a token: 256 to 10240 bytes, default 8192."""
    context_claims: NotRequired[list[str]]
    """Claims handed to the backend in `requestContext.authorizer.lambda`: strings, numbers, booleans and lists of strings.
    A list is for Lambda backends: what a parameter mapping makes of it is not documented. Default `sub`, `scope` and
    `client_id`."""
    log_level: NotRequired[str]
    """Which decisions are logged: INFO (default), every one; WARN, denials; ERROR, faults only. Metrics come with the lines."""


class TokenRules(TypedDict):
    """What is asked of tokens, less what has no default: the part of the arguments that three components have."""

    policy: NotRequired[TokenPolicyArgs]
    """What else a token must satisfy."""
    trusted_issuers: NotRequired[Sequence[TrustedIssuerArgs]]
    """Other issuers whose tokens are taken too, each with keys and audiences of its own. Default none."""


class TrustedTokens(TokenRules):
    """The part of a component's arguments that says which tokens are trusted."""

    issuer: NotRequired[pulumi.Input[str]]
    """The exact value of the tokens' `iss` claim. Needed, unless `function_arn` is given."""
    audience: NotRequired[Sequence[pulumi.Input[str]]]
    """The values of the `aud` claim that are taken, exactly; one of them is enough. Needed, as `issuer` is."""
    keys: NotRequired[KeysArgs]
    """The keys whose signatures are trusted. Needed, as `issuer` is."""


class RouteScopesArgs(TypedDict):
    """What a route asks of a token."""

    scopes: NotRequired[list[str]]
    """The scopes that a token must have. Default none: any valid token will do."""
    scopes_match: NotRequired[ScopesMatch]
    """"all" (default): the token has every one of the scopes. "any": one of them is enough."""


class ClosedRoutes(TypedDict):
    """The part of the arguments that says which routes there are."""

    route_scopes: NotRequired[dict[str, RouteScopesArgs]]
    """Route key -> the scopes it asks for: the closed list of routes, any other is denied. Default: any route, and no
    scopes."""


ROUTES_INPUT = "route_scopes"
"""What components call the closed list of routes."""


def config_json(
    subject: str, tokens: TrustedTokens, routes: dict[str, RouteScopesArgs] | None, resource: pulumi.Resource
) -> pulumi.Output[str]:
    """The content of ``config.json``, once everything in it is known. ``routes`` is the closed list of routes, ``None`` stands
    for any route.

    The Output fails with ``InvalidArgs`` if the authorizer would refuse the document at init. Keys that are left out of another
    issuer's set are told as warnings about ``resource``.
    """

    resolved = pulumi.Output.from_input(tokens)

    async def refused(faults: Faults) -> str:
        raise faults.late_refusal(secret=await resolved.is_secret())

    def finished(known: TrustedTokens) -> str | Awaitable[str]:
        faults = Faults(subject)
        document = config_document(known, routes, faults, ROUTES_INPUT)
        if faults.found:
            return refused(faults)
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
    """Note in ``faults`` what the authorizer would refuse at init, as far as it is known already."""
    config_document(with_stand_ins(tokens, faults), routes, faults, routes_input)
