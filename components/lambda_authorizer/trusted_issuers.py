"""Other issuers whose tokens are trusted, such as during a migration or of another organization."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict
from urllib.parse import urlsplit

import pulumi

from ..choices import BoundTokens
from ..contract import ALGORITHMS, is_issuer_name
from ..faults import Faults


class TrustedIssuerArgs(TypedDict):
    """Another issuer whose tokens are accepted, in addition to `issuer`. Its keys are trusted for its own tokens only.

    `sub` and `client_id` are unique within `iss` only: the backend gets `iss`, and `issuer`, the name of the issuer, with every
    token.
    """

    issuer: pulumi.Input[str]
    """The `iss` value of its tokens, compared exactly."""
    audience: Sequence[pulumi.Input[str]]
    """The audience values accepted in its tokens, compared exactly; one match suffices."""
    jwks: NotRequired[pulumi.Input[str]]
    """Its JSON Web Key Set (RFC 7517), as JSON. Keys that the authorizer cannot use, such as those for encryption, are ignored
    with a warning; at least one must remain. With `jwks_url` or `discovery` these are the keys that the authorizer starts with,
    by default those that are published at deployment, and own keys and keys with private members are ignored too; otherwise
    required, and own keys are an error."""
    jwks_url: NotRequired[pulumi.Input[str]]
    """The https URL of its JSON Web Key Set, which the authorizer reads every `refresh_seconds`, so that its rotations need no
    deployment. Default: none, and `jwks` is pinned."""
    discovery: NotRequired[bool]
    """Whether `jwks_url` is read from the discovery document below `issuer`, /.well-known/openid-configuration, at every
    deployment and preview. Default: false."""
    refresh_seconds: NotRequired[int]
    """Interval between refreshes of the keys, 60 to 86400 seconds. Default: 900. They take place while a request is being
    authorized, and take at most 1.5 seconds of it; after a long idle time several may follow one another."""
    max_stale_seconds: NotRequired[int]
    """How long the keys that were read last remain trusted while no others can be read, up to 604800 seconds. Default: 86400.
    Keys of `jwks` do not expire."""
    refresh_cooldown_seconds: NotRequired[int]
    """An unknown `kid` in a token pulls the next refresh forward, but not within this time since the last attempt: 30 to 86400
    seconds. Default: 300. With 0 it never does."""
    algorithms: NotRequired[list[str]]
    """The JOSE algorithms that its keys may have; keys with others are ignored. A key without `alg` gets the only listed one
    that its type and curve support. Default: all algorithms that the authorizer supports."""
    audience_claim: NotRequired[str]
    """The claim that contains the audience, if not `aud`: "client_id" for access tokens of Amazon Cognito."""
    name: NotRequired[str]
    """Its name in logs, metrics and the backend's context: up to 64 letters, digits and `-_.`. Default: the host name of
    `issuer`, or "issuer-1", "issuer-2" and so on by position if it has none or several issuers have the same."""
    issuer_aliases: NotRequired[Sequence[pulumi.Input[str]]]
    """Further `iss` values of the same issuer with the same keys, such as those of Microsoft Entra ID's v1.0 tokens.
    Default: none."""
    token_types: NotRequired[list[str]]
    """Accepted values of the `typ` header parameter of its tokens; an empty string means no `typ`. Default: as in
    `policy`."""
    required_claims: NotRequired[list[str]]
    """Claims that its tokens must have. Default: as in `policy`."""
    expected_claims: NotRequired[dict[str, list[Any]]]
    """Accepted values by claim, as in `policy`, which is the default: all of its values are replaced."""
    client_ids: NotRequired[list[str]]
    """Clients whose tokens are accepted, by `azp`, `client_id`, `cid` and `appid`: a token must have at least one of them,
    and only accepted values in all that it has. Default: any client."""
    leeway_seconds: NotRequired[int]
    """Clock skew accepted for its tokens, 0 to 300 seconds. Default: as in `policy`."""
    max_token_age_seconds: NotRequired[int]
    """Maximum age of its tokens since `iat` in seconds, regardless of `exp`. Default: unlimited, whatever `policy` says."""
    max_token_lifetime_seconds: NotRequired[int]
    """Maximum of `exp` minus `iat` of its tokens in seconds. Default: as in `policy`."""
    bound_tokens: NotRequired[BoundTokens]
    """Whether its tokens may or must be bound to a client certificate, "accepted" or "required", as in `policy`, which is the
    default."""
    scope_claims: NotRequired[list[list[str]]]
    """Where its tokens contain their scopes, each the name of a claim and of the members below it, such as
    [["permissions"], ["realm_access", "roles"]]. A value is a list of strings, or a string delimited by spaces; with a
    `scope_mapping` a string is one value, except in `scope` and `scp`. Default: [["scope"], ["scp"]]."""
    scope_mapping: NotRequired[dict[str, list[str]]]
    """Scopes by value in its tokens, such as {"Order Readers": ["orders:read"]}; other values give no scope. Default: each
    value is itself a scope."""
    scopes: NotRequired[list[str]]
    """The scopes that it may give. Others in its tokens do not count for routes, and are cut from `scope`, `scp` and, without
    a `scope_mapping`, from each claim that `scope_claims` names alone. Nothing is cut from other claims: `permissions` or
    `roles` in `context_claims` reach the backend as the issuer wrote them. Required if a route has scopes, unless there is a
    `scope_mapping`, whose scopes are the default."""


RULES = (
    "token_types",
    "required_claims",
    "expected_claims",
    "client_ids",
    "leeway_seconds",
    "max_token_age_seconds",
    "max_token_lifetime_seconds",
    "bound_tokens",
    "scope_claims",
    "scope_mapping",
    "scopes",
)
"""The arguments that are fields of ``config.json`` with the same names and values."""


def names_of(trusted_issuers: Sequence[TrustedIssuerArgs]) -> list[str]:
    """The name of each of them, whose ``issuer`` is known."""
    hosts = [_host(str(trusted_issuer["issuer"])) for trusted_issuer in trusted_issuers]
    taken = [trusted_issuer.get("name") or host for trusted_issuer, host in zip(trusted_issuers, hosts, strict=True)]
    return [
        trusted_issuer.get("name", host if is_issuer_name(host) and taken.count(host) == 1 else f"issuer-{number}")
        for number, (trusted_issuer, host) in enumerate(zip(trusted_issuers, hosts, strict=True), 1)
    ]


def _host(issuer: str) -> str:
    try:
        return urlsplit(issuer).hostname or ""
    except ValueError:  # such as brackets that are not closed
        return ""


REFRESH_FIELDS = {
    "refresh_seconds": "refresh_seconds",
    "max_stale_seconds": "max_stale_seconds",
    "refresh_cooldown_seconds": "cooldown_seconds",
}
"""Arguments that require a URL -> their fields of ``jwks_url`` in ``config.json``."""


def is_refreshed(trusted_issuer: TrustedIssuerArgs) -> bool:
    """Whether its keys are read at run time."""
    return "jwks_url" in trusted_issuer or trusted_issuer.get("discovery", False)


def algorithms_of(trusted_issuer: TrustedIssuerArgs) -> Sequence[str]:
    """The JOSE algorithms that its keys may have."""
    return trusted_issuer.get("algorithms", ALGORITHMS)


def check_algorithms(trusted_issuer: TrustedIssuerArgs, faults: Faults) -> bool:
    """Whether ``algorithms`` is valid; algorithms that the authorizer does not support are recorded in ``faults``."""
    if trusted_issuer.get("algorithms") == []:
        faults.add("must not be empty: omit it to allow all algorithms")
    unknown = [place for place, algorithm in enumerate(algorithms_of(trusted_issuer)) if algorithm not in ALGORITHMS]
    for place in unknown:
        faults.below(place).add(
            f"must be one of {', '.join(ALGORITHMS)}, and is {algorithms_of(trusted_issuer)[place]!r}"
        )
    return bool(algorithms_of(trusted_issuer)) and not unknown
