"""Promises of the API's configuration: routes, authorizer, stage."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .authorizer_mutations import BAD_TOKENS, GOOD_TOKENS
from .mutation import mutation
from .stack import Stack


@mutation("a route loses its authorizer", "route POST /orders")
def route_open(stack: Stack) -> Iterator[None]:
    with _changed_route(stack, "POST /orders", AuthorizationType="NONE"):
        yield


@mutation("the plainest route loses its authorizer", "route GET /whoami", alone=True)
def plainest_route_open(stack: Stack) -> Iterator[None]:
    with _changed_route(stack, "GET /whoami", AuthorizationType="NONE"):
        yield


@mutation("a public route gets an authorizer", "route GET /health")
def route_closed(stack: Stack) -> Iterator[None]:
    with _changed_route(stack, "GET /health", AuthorizationType="CUSTOM", AuthorizerId=stack.api["authorizer_id"]):
        yield


@mutation("a route loses its IAM authorization", "route GET /reports")
def route_without_iam(stack: Stack) -> Iterator[None]:
    with _changed_route(stack, "GET /reports", AuthorizationType="NONE"):
        yield


@mutation("a route with IAM authorization takes tokens", "route GET /reports")
def route_with_tokens(stack: Stack) -> Iterator[None]:
    with _changed_route(stack, "GET /reports", AuthorizationType="CUSTOM", AuthorizerId=stack.api["authorizer_id"]):
        yield


@contextmanager
def _changed_route(stack: Stack, key: str, **changes: Any) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    route = stack.route(key)
    ids = {**stack.ids, "RouteId": route["RouteId"]}
    gateway.update_route(**ids, **changes)
    yield
    before = {name: route[name] for name in ("AuthorizationType", "AuthorizerId") if name in route}
    gateway.update_route(**ids, **{"AuthorizationType": "NONE", **before})


@mutation("somebody adds an open route", "route GET /debug")
def route_added(stack: Stack) -> Iterator[None]:
    with _added(stack, "GET /debug"):
        yield


@mutation("somebody adds a route with an authorizer that allows all", "route POST /admin")
def other_authorizer(stack: Stack) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    ours = gateway.get_authorizer(**stack.authorizer)
    same = {name: ours[name] for name in ("AuthorizerUri", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses")}
    added = gateway.create_authorizer(**stack.ids, Name="other", AuthorizerType="REQUEST", IdentitySource=[], **same)
    with _added(stack, "POST /admin", AuthorizationType="CUSTOM", AuthorizerId=added["AuthorizerId"]):
        yield
    gateway.delete_authorizer(**stack.ids, AuthorizerId=added["AuthorizerId"])


@mutation("OPTIONS requests reach a protected backend", "plain OPTIONS requests")
def options_open(stack: Stack) -> Iterator[None]:
    with _added(stack, "OPTIONS /orders"):
        yield


@mutation("OPTIONS requests reach another backend", "plain OPTIONS requests")
def options_elsewhere(stack: Stack) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    proxy = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}
    url = "https://orders.example.com/{proxy}"
    integration = gateway.create_integration(**stack.ids, **proxy, IntegrationUri=url)["IntegrationId"]
    with _added(stack, "OPTIONS /orders/{proxy+}", Target=f"integrations/{integration}"):
        yield
    gateway.delete_integration(**stack.ids, IntegrationId=integration)


@contextmanager
def _added(stack: Stack, key: str, **changes: str) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    route = {"RouteKey": key, "Target": stack.route("GET /orders")["Target"], "AuthorizationType": "NONE"}
    added = gateway.create_route(**stack.ids, **{**route, **changes})["RouteId"]
    yield
    gateway.delete_route(**stack.ids, RouteId=added)


@mutation(
    "the promised authorizer is gone",
    *("route GET /orders", "route POST /orders", "route GET /whoami", "the authorizer's format"),
    *("the authorizer's code", "how long answers are cached", "what a cached answer holds for", "the authorizer's log"),
    *("what the authorizer trusts", "who may invoke the function", "the authorizer's role"),
    alone=True,
)
def authorizer_gone(stack: Stack) -> Iterator[None]:
    with stack.promising(authorizer_id="gone00"):
        yield


@mutation("the cache's key lacks the route", "what a cached answer holds for")
def cache_key(stack: Stack) -> Iterator[None]:
    with _changed_authorizer(stack, IdentitySource=["$request.header.Authorization"]):
        yield


@mutation("answers are cached for an hour", "how long answers are cached")
def cache_time(stack: Stack) -> Iterator[None]:
    with _changed_authorizer(stack, AuthorizerResultTtlInSeconds=3600):
        yield


WITHOUT_HEADER = (
    *("no token", "good token, but in the query", "how long answers are cached", "what a cached answer holds for"),
    *("route GET /orders", "route GET /whoami"),
)
"""Everything that needs an identity source: these promises are kept together, or broken together."""


@mutation("no header is required, and a token in the query is accepted", *WITHOUT_HEADER, alone=True)
def token_in_query(stack: Stack) -> Iterator[None]:
    sourceless = _changed_authorizer(stack, IdentitySource=[], AuthorizerResultTtlInSeconds=0)
    with sourceless, stack.mutant(accepts="'access_token' in query"):
        yield


@mutation("API Gateway expects policies", "the authorizer's format", *BAD_TOKENS, *GOOD_TOKENS, alone=True)
def answer_format(stack: Stack) -> Iterator[None]:
    """Every request that the authorizer's function answers is a 500."""
    with _changed_authorizer(stack, EnableSimpleResponses=False):
        yield


@contextmanager
def _changed_authorizer(stack: Stack, **changes: Any) -> Iterator[None]:
    gateway: Any = stack.aws.apigatewayv2
    before = dict(gateway.get_authorizer(**stack.authorizer))
    gateway.update_authorizer(**stack.authorizer, **changes)
    yield
    gateway.update_authorizer(**stack.authorizer, **{name: before[name] for name in changes})


@mutation("throttling is removed", "throttling")
def throttling(stack: Stack) -> Iterator[None]:
    with changed_stage(stack, DefaultRouteSettings={}):
        yield


@mutation("the access log is off", "access log")
def access_log_off(stack: Stack) -> Iterator[None]:
    with changed_stage(stack, AccessLogSettings={}):
        yield


@mutation("the access log contains the path", "access log")
def access_log_forged(stack: Stack) -> Iterator[None]:
    settings = stack.aws.apigatewayv2.get_stage(**stack.ids, StageName="$default")["AccessLogSettings"]
    changed = json.dumps({**json.loads(settings["Format"]), "path": "$context.path"})
    with changed_stage(stack, AccessLogSettings={**settings, "Format": changed}):
        yield


@mutation("what is deployed is not what can be read", "stages")
def manual_deployment(stack: Stack) -> Iterator[None]:
    with changed_stage(stack, AutoDeploy=False):
        yield


@contextmanager
def changed_stage(stack: Stack, **changes: Any) -> Iterator[None]:
    """The stage, with other settings."""
    gateway: Any = stack.aws.apigatewayv2
    stage = {**stack.ids, "StageName": "$default"}
    before = dict(gateway.get_stage(**stage))
    gateway.update_stage(**stage, **changes)
    yield
    gateway.update_stage(**stage, **{name: before[name] for name in changes})


@mutation("somebody adds a stage", "stages")
def second_stage(stack: Stack) -> Iterator[None]:
    stage: Any = {**stack.ids, "StageName": "open"}
    stack.aws.apigatewayv2.create_stage(**stage, AutoDeploy=True)
    yield
    stack.aws.apigatewayv2.delete_stage(**stage)


@mutation("the default endpoint is enabled again", "the default endpoint")
def default_endpoint(stack: Stack) -> Iterator[None]:
    with stack.promising(disable_default_endpoint=True):
        yield


GATEWAY_MUTATIONS = (
    route_open, plainest_route_open, route_closed, route_added, other_authorizer, options_open, options_elsewhere,
    authorizer_gone, cache_key, cache_time, token_in_query, answer_format,
    throttling, access_log_off, access_log_forged, manual_deployment, second_stage, default_endpoint,
)  # fmt: skip
