"""The authorization of a route. Lambda authorizers: identity sources, the invocation, what it may answer, the cache of answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

import re
import time
from dataclasses import dataclass
from typing import Any

from . import context, event, iam_authorizer, jwt_authorizer
from .exchange import Exchange
from .invocation import invoke
from .refusal import Refusal, internal_error, not_there

TIMEOUT_SECONDS = 10.0
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_FAILURE = "AUTHORIZER_FAILURE"
_CACHED_MAX = 10_000
"""Answers held at once, which no test needs more of; AWS names no number. The oldest go first."""


@dataclass(frozen=True)
class Verdict:
    """An answer of the function: a decision, or a policy that is applied to each request."""

    decision: bool | dict[str, Any]
    context: dict[str, Any] | None
    principal_id: str | None


class Authorizers:
    """All authorizers and their cached answers."""

    def __init__(self) -> None:
        self._cache: dict[tuple[Any, ...], tuple[float, Verdict]] = {}

    def forget(self, api_id: str, stage: str) -> None:
        """Empties the cache of a stage."""
        for key in [key for key in self._cache if key[:2] == (api_id, stage)]:
            del self._cache[key]

    async def authorize(self, exchange: Exchange) -> None:
        """Returns if the request may go on. Raises ``Refusal`` otherwise."""
        kind = exchange.route.get("authorizationType") or "NONE"
        if kind == "NONE":
            return None
        if kind == "AWS_IAM":
            return iam_authorizer.authorize(exchange)
        authorizer = exchange.api.authorizers.get(exchange.route.get("authorizerId") or "")
        if authorizer is None or authorizer["authorizerType"] != {"CUSTOM": "REQUEST"}.get(kind, kind):
            raise internal_error(
                "AUTHORIZER_CONFIGURATION_ERROR", "The route's authorizer does not exist, or is of another kind."
            )
        if kind == "JWT":
            return await jwt_authorizer.authorize(
                exchange, authorizer, identity(exchange, *authorizer["identitySource"])
            )
        verdict = await self._verdict(exchange, authorizer)
        exchange.authorizer_context, exchange.principal_id = verdict.context, verdict.principal_id
        decision = verdict.decision
        allowed = decision if isinstance(decision, bool) else _policy_allows(decision, exchange.arn)
        exchange.variables["authorizer.status"] = 200 if allowed else 403
        if not allowed:
            raise Refusal(403, "Forbidden", "ACCESS_DENIED")
        return None

    async def _verdict(self, exchange: Exchange, authorizer: dict[str, Any]) -> Verdict:
        sources = authorizer.get("identitySource") or []
        values = [identity(exchange, source) for source in sources]
        if not all(values):
            raise Refusal(401, "Unauthorized", "UNAUTHORIZED")
        ttl = int(authorizer.get("authorizerResultTtlInSeconds") or 0)
        if ttl and not sources:
            raise internal_error("AUTHORIZER_CONFIGURATION_ERROR", "Caching requires identity sources.")
        key = (exchange.api.id, exchange.stage, authorizer["authorizerId"], *sources, *values)
        if ttl and (kept := self._cache.get(key)) and kept[0] > time.monotonic():
            return kept[1]
        started = time.monotonic()
        try:
            verdict = await _ask(exchange, authorizer, values)
        except Refusal as refusal:
            exchange.variables.update({"authorizer.error": refusal.detail, "authorizer.status": refusal.status})
            raise
        finally:
            exchange.variables["authorizer.latency"] = context.milliseconds(started)
        if ttl:
            self._cache.pop(key, None)
            if len(self._cache) >= _CACHED_MAX:
                del self._cache[next(iter(self._cache))]
            self._cache[key] = (time.monotonic() + ttl, verdict)
        return verdict


def identity(exchange: Exchange, source: str) -> str:
    """The value of an identity source; empty if the request has none."""
    root, _, name = source.partition(".")
    if root == "$context":
        return context.text(context.value(exchange, name))
    if root == "$stageVariables":
        return exchange.stage_variables.get(name, "")
    part, _, name = name.partition(".")
    if root == "$request" and part == "header":
        return exchange.request.headers.get(name.lower(), "")
    if root == "$request" and part == "querystring":
        return ",".join(exchange.request.parameters.get(name, []))
    raise not_there(f"the identity source {source}")


async def _ask(exchange: Exchange, authorizer: dict[str, Any], identity: list[str]) -> Verdict:
    api, role = exchange.api, authorizer.get("authorizerCredentialsArn")
    source_arn = f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/authorizers/{authorizer['authorizerId']}"
    version = authorizer.get("authorizerPayloadFormatVersion") or "2.0"
    uri, sent = authorizer.get("authorizerUri") or "", event.for_authorizer(exchange, version, identity)
    try:
        answer = await invoke(exchange, uri, role, [source_arn], sent, TIMEOUT_SECONDS, _FAILURE)
    except TimeoutError:
        raise internal_error(_FAILURE, "The authorizer's function took longer than 10 seconds.") from None
    verdict = _parsed(answer, version, simple=bool(authorizer.get("enableSimpleResponses")))
    if verdict is None:
        raise internal_error(_FAILURE, "The authorizer's function returned an answer in an invalid format.")
    return verdict


def _parsed(answer: Any, version: str, *, simple: bool) -> Verdict | None:
    """``None`` if the answer is in another format than the authorizer is configured for."""
    if not isinstance(answer, dict):
        return None
    given = answer.get("context")
    if given is not None and not isinstance(given, dict):
        return None
    if simple and version == "2.0":
        decision = answer.get("isAuthorized")
        return Verdict(decision, given, None) if isinstance(decision, bool) else None
    policy, principal = answer.get("policyDocument"), answer.get("principalId")
    if not isinstance(policy, dict) or not isinstance(principal, str):
        return None
    if version == "1.0" and any(isinstance(item, dict | list) for item in (given or {}).values()):
        return None
    return Verdict(policy, given, principal)


def _policy_allows(policy: dict[str, Any], arn: str) -> bool:
    """Whether a statement allows the request and none denies it. A condition is never met: none is known here."""
    statements = policy.get("Statement") or []
    effects = {
        statement.get("Effect")
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if any(_like(item, "execute-api:Invoke", re.IGNORECASE) for item in _listed(statement.get("Action")))
        and any(_like(item, arn) for item in _listed(statement.get("Resource")))
        and (not statement.get("Condition") or statement.get("Effect") == "Deny")
    }
    return effects == {"Allow"}


def _listed(item: Any) -> list[str]:
    return item if isinstance(item, list) else [item] if isinstance(item, str) else []


def _like(pattern: str, text: str, flags: int = 0) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, flags) is not None
