"""Each promise, broken once on the emulator, and the rows that must say so.

``python -m tests.cli.check`` shows them as a table.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from .stack import Stack

Broken = Callable[[Stack], AbstractContextManager[dict[str, Any] | None]]
"""Breaks a promise until the end of the block; yields the outputs to check if they are not those of the stack."""


@dataclass(frozen=True)
class Mutation:
    """One broken promise."""

    broken: str
    rows: frozenset[str]
    how: Broken


def _authorizer(broken: str, row: str, **how: str) -> Mutation:
    return Mutation(broken, frozenset({row}), lambda stack: stack.mutant(**how))


def _mutation(broken: str, *rows: str) -> Callable[[Callable[[Stack], Iterator[dict[str, Any] | None]]], Mutation]:
    return lambda how: Mutation(broken, frozenset(rows), contextmanager(how))


@_mutation("a route loses its authorizer", "route POST /orders")
def route_open(stack: Stack) -> Iterator[None]:
    route = stack.route("POST /orders")
    ids = {**stack.ids, "RouteId": route["RouteId"]}
    stack.aws.apigatewayv2.update_route(**ids, AuthorizationType="NONE")
    yield
    stack.aws.apigatewayv2.update_route(**ids, AuthorizationType="CUSTOM", AuthorizerId=route["AuthorizerId"])


@_mutation("a public route gets an authorizer", "route GET /health")
def route_closed(stack: Stack) -> Iterator[None]:
    ids = {**stack.ids, "RouteId": stack.route("GET /health")["RouteId"]}
    stack.aws.apigatewayv2.update_route(**ids, AuthorizationType="CUSTOM", AuthorizerId=stack.api["authorizer_id"])
    yield
    stack.aws.apigatewayv2.update_route(**ids, AuthorizationType="NONE")


@_mutation("somebody adds an open route", "route GET /debug")
def route_added(stack: Stack) -> Iterator[None]:
    with _added(stack, "GET /debug"):
        yield


@_mutation("OPTIONS requests reach a protected backend", "plain OPTIONS requests")
def options_open(stack: Stack) -> Iterator[None]:
    with _added(stack, "OPTIONS /orders"):
        yield


@contextmanager
def _added(stack: Stack, key: str) -> Iterator[None]:
    gateway, target = stack.aws.apigatewayv2, stack.route("GET /orders")["Target"]
    added = gateway.create_route(**stack.ids, RouteKey=key, Target=target, AuthorizationType="NONE")["RouteId"]
    yield
    gateway.delete_route(**stack.ids, RouteId=added)


@_mutation("the cache's key lacks the route", "what a cached answer holds for")
def cache_key(stack: Stack) -> Iterator[None]:
    with _changed_authorizer(stack, IdentitySource=["$request.header.Authorization"]):
        yield


@_mutation("answers are cached for an hour", "how long answers are cached")
def cache_time(stack: Stack) -> Iterator[None]:
    with _changed_authorizer(stack, AuthorizerResultTtlInSeconds=3600):
        yield


WITHOUT_HEADER = (
    *("no token", "good token, but in the query", "how long answers are cached", "what a cached answer holds for"),
    *("route GET /orders", "route POST /orders", "route GET /whoami"),
)
"""Everything that needs an identity source: these promises are kept together, or broken together."""


@_mutation("no header is required, and a token in the query is accepted", *WITHOUT_HEADER)
def token_in_query(stack: Stack) -> Iterator[None]:
    sourceless = _changed_authorizer(stack, IdentitySource=[], AuthorizerResultTtlInSeconds=0)
    with sourceless, stack.mutant(accepts="query"):
        yield


ANSWERED = (
    *("good token, as `Bearer <token>`", "good token, as `<token>` alone", "expired a minute ago"),
    *("not valid before five minutes from now", "for another audience", "of another issuer"),
    *("tampered: `sub` is now mallory", "signed by another key, under our kid"),
    *("signed by another key, under a kid of its own", "not signed: `alg: none`", "bound to its holder's key: `cnf`"),
    *("two Authorization headers, one of them good", "good token, but GET /orders requires a scope"),
    "good token with the scope of GET /orders",
)
"""The requests that the authorizer's function answers: all of them are a 500 if its answers are not understood."""


@_mutation("API Gateway expects policies of the authorizer", "the authorizer's format", *ANSWERED)
def answer_format(stack: Stack) -> Iterator[None]:
    with _changed_authorizer(stack, EnableSimpleResponses=False):
        yield


@contextmanager
def _changed_authorizer(stack: Stack, **changes: Any) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    before = dict(gateway.get_authorizer(**stack.authorizer))
    gateway.update_authorizer(**stack.authorizer, **changes)
    yield
    gateway.update_authorizer(**stack.authorizer, **{name: before[name] for name in changes})


@_mutation("throttling is removed", "throttling")
def throttling(stack: Stack) -> Iterator[None]:
    with _changed_stage(stack, DefaultRouteSettings={}):
        yield


@_mutation("the access log is off", "access log")
def access_log_off(stack: Stack) -> Iterator[None]:
    with _changed_stage(stack, AccessLogSettings={}):
        yield


@_mutation("the access log contains the path", "access log")
def access_log_forged(stack: Stack) -> Iterator[None]:
    settings = stack.aws.apigatewayv2.get_stage(**stack.ids, StageName="$default")["AccessLogSettings"]
    changed = json.dumps({**json.loads(settings["Format"]), "path": "$context.path"})
    with _changed_stage(stack, AccessLogSettings={**settings, "Format": changed}):
        yield


@contextmanager
def _changed_stage(stack: Stack, **changes: Any) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    stage = {**stack.ids, "StageName": "$default"}
    before = dict(gateway.get_stage(**stage))
    gateway.update_stage(**stage, **changes)
    yield
    gateway.update_stage(**stage, **{name: before[name] for name in changes})


@_mutation("the stack publishes another key under our kid", "keys in the stack's output jwks")
def other_jwks(stack: Stack) -> Iterator[dict[str, Any]]:
    kms, alias = stack.aws.kms, stack.outputs["key_alias"]
    (ours,) = json.loads(stack.outputs["jwks"])["keys"]
    yield {**stack.outputs, "jwks": {"keys": [{**ours, "x": ours["y"], "y": ours["x"]}]}}
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == ours["kid"]


@_mutation("a disabled key is published", "keys in the stack's output jwks")
def disabled_key(stack: Stack) -> Iterator[dict[str, Any]]:
    kms = stack.aws.kms
    policy = kms.get_key_policy(KeyId=stack.outputs["key_arn"])["Policy"]
    key_id = kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY", Policy=policy)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key_id)
    (ours,) = json.loads(stack.outputs["jwks"])["keys"]
    yield {**stack.outputs, "jwks": {"keys": [ours, {**ours, "kid": key_id}]}}
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)


@_mutation("the API publishes something else", "keys at /.well-known/jwks.json")
def other_document(stack: Stack) -> Iterator[None]:
    gateway, route = stack.aws.apigatewayv2, stack.route("GET /.well-known/jwks.json")
    ids = {**stack.ids, "RouteId": route["RouteId"]}
    gateway.update_route(**ids, Target=stack.route("GET /orders")["Target"])
    yield
    gateway.update_route(**ids, Target=route["Target"])


@_mutation("every API may invoke the authorizer", "who may invoke the function")
def permission(stack: Stack) -> Iterator[None]:
    client: Any = stack.aws.lambda_
    alias = stack.function_arn.split(":")[7]
    ids = {"FunctionName": stack.function, "StatementId": "wide", "Qualifier": alias}
    client.add_permission(**ids, Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    yield
    client.remove_permission(**ids)


@_mutation("the role may sign", "the authorizer's role")
def role(stack: Stack) -> Iterator[None]:
    ids = {"RoleName": stack.role, "PolicyName": "wide"}
    stack.aws.iam.put_role_policy(**ids, PolicyDocument=_policy("kms:Sign", stack.outputs["key_arn"]))
    yield
    stack.aws.iam.delete_role_policy(**ids)


@_mutation("the role has a managed policy", "the authorizer's role")
def managed_policy(stack: Stack) -> Iterator[None]:
    arn = stack.aws.iam.create_policy(PolicyName="wide", PolicyDocument=_policy("s3:GetObject", "arn:aws:s3:::b/*"))
    ids = {"RoleName": stack.role, "PolicyArn": arn["Policy"]["Arn"]}
    stack.aws.iam.attach_role_policy(**ids)
    yield
    stack.aws.iam.detach_role_policy(**ids)
    stack.aws.iam.delete_policy(PolicyArn=ids["PolicyArn"])


@_mutation("everybody may sign", "key policies")
def key_policy(stack: Stack) -> Iterator[None]:
    kms, ids = stack.aws.kms, {"KeyId": stack.outputs["key_arn"], "PolicyName": "default"}
    before = kms.get_key_policy(**ids)["Policy"]
    policy = json.loads(before)
    policy["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "kms:Sign", "Resource": "*"})
    kms.put_key_policy(**ids, Policy=json.dumps(policy))
    yield
    kms.put_key_policy(**ids, Policy=before)


def _policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


MUTATIONS = (
    _authorizer("expired tokens are accepted", "expired a minute ago", accepts="expired"),
    _authorizer("`nbf` is ignored", "not valid before five minutes from now", accepts="not_yet_valid"),
    _authorizer("any audience is accepted", "for another audience", accepts="wrong_audience"),
    _authorizer("any issuer is accepted", "of another issuer", accepts="wrong_issuer"),
    _authorizer(
        "the signature does not cover the claims",
        "tampered: `sub` is now mallory",
        accepts="bad_signature",
        subject="mallory",
    ),
    _authorizer(
        "signatures are not verified",
        "signed by another key, under our kid",
        accepts="bad_signature",
        subject="kms-jwt-check",
    ),
    _authorizer("any kid is accepted", "signed by another key, under a kid of its own", accepts="unknown_key"),
    _authorizer("`alg: none` is accepted", "not signed: `alg: none`", accepts="wrong_algorithm"),
    _authorizer("`cnf` is ignored", "bound to its holder's key: `cnf`", accepts="unchecked_confirmation"),
    _authorizer("one of two headers is enough", "two Authorization headers, one of them good", accepts="malformed_token"),
    _authorizer("scopes are ignored", "good token, but GET /orders requires a scope", accepts="insufficient_scope"),
    _authorizer("scopes open nothing", "good token with the scope of GET /orders", denies="scope"),
    _authorizer("a token alone is not understood", "good token, as `<token>` alone", denies="eyJhbGc"),
    Mutation(
        "`Bearer` is not understood",
        frozenset({"good token, as `Bearer <token>`", "good token with the scope of GET /orders"}),
        lambda stack: stack.mutant(denies="Bearer "),
    ),
    route_open, route_closed, route_added, options_open,
    token_in_query, answer_format, cache_key, cache_time, throttling, access_log_off, access_log_forged,
    Mutation("the authorizer logs as text", frozenset({"the authorizer's log"}), lambda stack: stack.text_logs()),
    other_jwks, disabled_key, other_document, permission, role, managed_policy, key_policy,
)  # fmt: skip
