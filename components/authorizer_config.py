"""Writing ``config.json``, the contract with the authorizer: what tokens are trusted, and what routes ask of them.

The authorizer reads it at init (``authorizer/config.py`` has the fields), and refuses what it does not understand.
"""

import json
import re
from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi

from .algorithms import ALGORITHMS, DEFAULT_ALGORITHM
from .arns import distinct
from .trusted_issuers import TrustedIssuerArgs, check_trusted_issuers, trusted_issuer
from .validation import Faults, check_range

VERSION = 1
"""Of the contract."""

_SCOPE = re.compile(r"[!#-\[\]-~]+")
"""RFC 6749 section 3.3."""


class KmsKeyArgs(TypedDict):
    """A KMS key that the authorizer reads at run time."""

    arn: pulumi.Input[str]
    """ARN of the key, not of an alias."""
    algorithm: NotRequired[str]
    """The JOSE algorithm that the key is trusted for. Default ES512."""


class KeysArgs(TypedDict):
    """The keys whose signatures are trusted."""

    source: NotRequired[str]
    """Where they come from: "pinned" (default): those of `jwks` travel in the package, so that the authorizer needs no
    network. "kms": the authorizer reads `kms_keys` at init, and again every hour."""
    jwks: NotRequired[list[pulumi.Input[str]]]
    """JSON Web Key Sets (RFC 7517), for source "pinned", such as the output `jwks` of `SigningKeys`."""
    kms_keys: NotRequired[list[KmsKeyArgs]]
    """KMS keys, for source "kms"."""


class TokenPolicyArgs(TypedDict):
    """What else a token must satisfy."""

    token_types: NotRequired[list[str]]
    """Values of the `typ` header that are taken; an empty string stands for no `typ`. Default JWT and at+jwt."""
    required_claims: NotRequired[list[str]]
    """Claims that a token must have. Default `sub`."""
    leeway_seconds: NotRequired[int]
    """Clock difference that is forgiven: 0 (default) to 300 seconds."""
    max_token_age_seconds: NotRequired[int]
    """How long after `iat` a token is taken, whatever its `exp` says. Default 3600 seconds."""
    max_token_bytes: NotRequired[int]
    """Size of a token: 256 to 10240 bytes, default 8192."""
    context_claims: NotRequired[list[str]]
    """Claims handed to the backend in `requestContext.authorizer.lambda`. Default `sub`, `scope` and `client_id`."""


class TrustedTokens(TypedDict):
    """The part of a component's arguments that says which tokens are trusted."""

    issuer: NotRequired[pulumi.Input[str]]
    audience: NotRequired[list[pulumi.Input[str]]]
    keys: NotRequired[KeysArgs]
    policy: NotRequired[TokenPolicyArgs]
    trusted_issuers: NotRequired[list[TrustedIssuerArgs]]


class RouteScopesArgs(TypedDict):
    """What a route asks of a token."""

    scopes: NotRequired[list[str]]
    """The scopes that a token must have. Default none: any valid token will do."""
    match: NotRequired[str]
    """"all" (default): the token has every one of the scopes. "any": one of them is enough."""


def config_json(tokens: TrustedTokens, routes: Mapping[str, RouteScopesArgs] | None) -> pulumi.Output[str]:
    """The content of ``config.json``. ``routes`` is the closed list of routes, ``None`` stands for any route."""
    policy = tokens.get("policy", {})
    document: dict[str, object] = {
        "version": VERSION,
        "issuers": [tokens["issuer"]],
        "audiences": tokens["audience"],
        "required_claims": ["sub"],
        "max_token_age_seconds": 3600,
        "context_claims": ["sub", "scope", "client_id"],
        **policy,
    }
    if routes is not None:
        document["routes"] = routes
    if tokens.get("trusted_issuers"):
        document["trusted_issuers"] = [trusted_issuer(partner) for partner in tokens["trusted_issuers"]]
    keys = tokens["keys"]
    if keys.get("source") == "kms":
        document["kms"] = {"keys": distinct([_kms_key(key) for key in keys.get("kms_keys", [])])}
    else:
        document["keys"] = pulumi.Output.all(*keys.get("jwks", [])).apply(_keys_of)
    return pulumi.Output.json_dumps(document, sort_keys=True)


def _kms_key(key: KmsKeyArgs) -> dict[str, pulumi.Input[str]]:
    return {"key_id": key["arn"], "alg": key.get("algorithm", DEFAULT_ALGORITHM)}


def _keys_of(jwks: list[str]) -> list[object]:
    return [key for document in jwks for key in json.loads(document)["keys"]]


def check_tokens(tokens: TrustedTokens, faults: Faults) -> None:
    """Note in ``faults`` what the authorizer would refuse at init, as far as it is known already."""
    if tokens.get("issuer", "") == "":
        faults.below("issuer").add("missing: write the `iss` of the tokens, such as https://auth.example.com")
    audience = tokens.get("audience", [])
    if not audience or "" in audience:
        faults.below("audience").add("missing or empty: write the `aud` of the tokens that are meant for this API")
    _check_keys(tokens.get("keys", {}), faults.below("keys"))
    check_trusted_issuers(tokens.get("trusted_issuers", []), faults.below("trusted_issuers"))
    policy, below = tokens.get("policy", {}), faults.below("policy")
    if policy.get("token_types") == []:
        below.below("token_types").add("must not be empty: write the `typ` of the tokens, such as at+jwt")
    check_range(policy.get("leeway_seconds"), 0, 300, "seconds", below.below("leeway_seconds"))
    check_range(policy.get("max_token_age_seconds"), 1, 2**31, "seconds", below.below("max_token_age_seconds"))
    check_range(policy.get("max_token_bytes"), 256, 10240, "bytes", below.below("max_token_bytes"))


def check_route_scopes(route: RouteScopesArgs, faults: Faults) -> None:
    """Note in ``faults`` what is no scope, and a match that is neither all nor any."""
    for index, scope in enumerate(route.get("scopes", [])):
        if not _SCOPE.fullmatch(scope):
            below = faults.below("scopes", index)
            below.add(f"must be one scope (RFC 6749 section 3.3), without spaces and quotes, and is {scope!r}")
    if route.get("match", "all") not in ("all", "any"):
        faults.below("match").add(f"must be all or any, and is {route['match']!r}")


def _check_keys(keys: KeysArgs, faults: Faults) -> None:
    source = keys.get("source", "pinned")
    if source not in ("pinned", "kms"):
        faults.below("source").add(f"must be pinned or kms, and is {source!r}")
    elif source == "kms" and not keys.get("kms_keys"):
        faults.below("kms_keys").add('missing: source "kms" needs at least one key')
    elif source == "pinned" and not keys.get("jwks"):
        faults.below("jwks").add('missing: source "pinned" needs at least one JWKS')
    for index, key in enumerate(keys.get("kms_keys", [])):
        algorithm = key.get("algorithm", DEFAULT_ALGORITHM)
        if algorithm not in ALGORITHMS:
            below = faults.below("kms_keys", index, "algorithm")
            below.add(f"must be one of {', '.join(ALGORITHMS)}, and is {algorithm!r}")
