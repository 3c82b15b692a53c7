"""Promises of the authorizer's function: which tokens it accepts, and its settings."""

from collections.abc import Iterator
from typing import Any

from .backend import refusing_backend
from .mutation import authorizer, mutation
from .stack import Stack

BAD_TOKENS = (
    *("no JWT", "just expired", "never expires", "not valid yet", "for another audience, even one like ours"),
    *("of another issuer, even one like ours", "of another type: `typ`", "tampered: `sub` is now mallory"),
    *("signed by another key, under our kid", "signed by another key, under a kid of its own"),
    *("signed by a key in its own header: `jwk`", "signed with our public key as secret: HS256"),
    *("not signed: `alg: none`", "bound to its holder's key: `cnf`", "two Authorization headers, one of them good"),
    "good token, but GET /orders requires a scope",
)
GOOD_TOKENS = (
    *("good token, as `Bearer <token>`", "good token, as `<token>` alone"),
    "good token with the scope of GET /orders",
)
SCOPES = "good token, but GET /orders requires a scope"
AUDIENCE, ISSUER = "for another audience, even one like ours", "of another issuer, even one like ours"
TRUST = "what the authorizer trusts"


@mutation("the authorizer lets everything in, and the backend verifies", *BAD_TOKENS, alone=True)
def backend_verifies(stack: Stack) -> Iterator[None]:
    with refusing_backend(stack), stack.mutant(accepts="True"):
        yield


@mutation("a second issuer, a longer leeway, and no scope for POST", TRUST, alone=True)
def other_config(stack: Stack) -> Iterator[None]:
    def change(config: dict[str, Any]) -> None:
        config["issuers"].append("https://evil.example.com")
        config["leeway_seconds"] = 60
        config["routes"]["POST /orders"]["scopes"] = []

    with stack.configured(change):
        yield


@mutation("a second version answers some requests", "the authorizer's code", alone=True)
def two_versions(stack: Stack) -> Iterator[None]:
    client: Any = stack.aws.lambda_
    client.update_alias(**stack.alias, RoutingConfig={"AdditionalVersionWeights": {stack.mutant_version(): 0.5}})
    yield
    client.update_alias(**stack.alias, RoutingConfig={"AdditionalVersionWeights": {}})


@mutation("the authorizer logs as text", "the authorizer's log", alone=True)
def text_logs(stack: Stack) -> Iterator[None]:
    with stack.text_logs():
        yield


AUTHORIZER_MUTATIONS = (
    backend_verifies, other_config, two_versions, text_logs,
    authorizer("any audience is accepted", AUDIENCE, accepts="reason == 'wrong_audience'"),
    authorizer("any that begins like ours", AUDIENCE, accepts="reason == 'wrong_audience' and 'orders' in claims['aud']"),
    authorizer("any issuer is accepted", ISSUER, accepts="reason == 'wrong_issuer'"),
    authorizer("any that begins like ours", ISSUER, accepts="reason == 'wrong_issuer' and 'local' in claims['iss']"),
    authorizer("expired tokens are accepted", "just expired", accepts="reason == 'expired'"),
    authorizer("tokens live 59 s longer", "just expired", accepts="reason == 'expired' and claims['exp'] > now - 59"),
    authorizer("`exp` may be missing", "never expires", accepts="claims and 'exp' not in claims"),
    authorizer("`nbf` is ignored", "not valid yet", accepts="reason == 'not_yet_valid'"),
    authorizer("`nbf` counts late", "not valid yet", accepts="reason == 'not_yet_valid' and claims['nbf'] < now + 299"),
    authorizer("a password is accepted", "no JWT", accepts="not claims and authorization.startswith('Bearer kms-jwt-check')"),
    authorizer("any type is accepted", "of another type: `typ`", accepts="reason == 'unexpected_type'"),
    authorizer(
        "the signature does not cover the claims",
        "tampered: `sub` is now mallory",
        accepts="reason == 'bad_signature' and claims['sub'] == 'mallory'",
    ),
    authorizer(
        "signatures are not verified",
        "signed by another key, under our kid",
        accepts="reason == 'bad_signature' and claims['sub'] == 'kms-jwt-check'",
    ),
    authorizer("any kid is accepted", "signed by another key, under a kid of its own", accepts="reason == 'unknown_key'"),
    authorizer("a token brings its key", "signed by a key in its own header: `jwk`", accepts="'jwk' in header"),
    authorizer(
        "the public key is a secret", "signed with our public key as secret: HS256", accepts="header.get('alg') == 'HS256'"
    ),
    authorizer("`alg: none` is accepted", "not signed: `alg: none`", accepts="header.get('alg') == 'none'"),
    authorizer("`cnf` is ignored", "bound to its holder's key: `cnf`", accepts="reason == 'unchecked_confirmation'"),
    authorizer(
        "one of two headers is enough",
        "two Authorization headers, one of them good",
        accepts="reason == 'malformed_token' and ',' in authorization",
    ),
    authorizer("scopes are ignored", SCOPES, accepts="reason == 'insufficient_scope'"),
    authorizer("scopes open nothing", GOOD_TOKENS[2], denies="'scope' in claims"),
    authorizer("a token alone is not understood", GOOD_TOKENS[1], denies="authorization.startswith('eyJ')"),
    authorizer("`Bearer` is not understood", GOOD_TOKENS[0], GOOD_TOKENS[2], denies="authorization.startswith('Bearer ')"),
)  # fmt: skip
