"""The authorizer and the stage, as deployed: what is cached, throttled and logged."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .account import Account, NotFound, read
from .deployed import Deployed
from .promises import Promises
from .row import Finding, NotApplicable, Row, judged

AUTHORIZATION = "$request.header.authorization"
ROUTE_KEY = "$context.routekey"

LOGGED = frozenset(
    {
        *("requestId", "requestTime", "identity.sourceIp", "status", "responseLength", "responseLatency"),
        *("integrationLatency", "integrationStatus", "routeKey", "error.responseType", "error.message"),
        *("authorizer.error", "authorizer.reason", "authorizer.issuer"),
    }
)
"""The variables of an access log whose values no caller, token or backend chooses, so that none can forge a line."""

_VARIABLE = re.compile(r"\$context\.(\w+(?:\.\w+)*)")


def stage_rows(
    deployed: Deployed, promises: Promises, account: Account, opened_by_the_cache: Callable[[], str | None]
) -> Iterator[Row]:
    """``opened_by_the_cache`` tries it, as ``Requests`` does."""
    ttl, authorizer = promises.cache_ttl, deployed.authorizer
    yield judged("the authorizer's format", "2.0, simple answers", lambda: _format(authorizer))
    yield judged(
        "how long answers are cached",
        "at most 3600 s" if ttl is None else f"{ttl} s",
        lambda: _cache_time(int(authorizer.get("AuthorizerResultTtlInSeconds") or 0), ttl),
    )
    yield judged(
        "what a cached answer holds for",
        "its header and route",
        lambda: _cache_key(deployed, promises, opened_by_the_cache),
    )
    yield judged("throttling", "a rate and a burst limit", lambda: _throttling(deployed.stage))
    yield judged(
        "access log",
        "on, callers choose no value" if promises.access_logs else "off, as declared",
        lambda: _access_log(deployed.stage, promises.access_logs),
    )
    yield judged("the authorizer's log", "JSON, in its log group", lambda: _function_log(deployed, account))


def _format(authorizer: Any) -> Finding:
    version, simple = authorizer.get("AuthorizerPayloadFormatVersion"), authorizer.get("EnableSimpleResponses") is True
    return Finding(version == "2.0" and simple, f"{version}, {'simple answers' if simple else 'answers are policies'}")


def _cache_time(found: int, promised: int | None) -> Finding:
    return Finding(found == promised if promised is not None else found <= 3600, f"{found} s")


def _cache_key(deployed: Deployed, promises: Promises, opened: Callable[[], str | None]) -> Finding:
    """API Gateway's cache key is the identity sources only, so what an answer depends on must be among them."""
    sources = [str(source) for source in deployed.authorizer.get("IdentitySource") or []]
    lower = [source.lower() for source in sources]
    shown = (
        ", ".join(source.removeprefix("$request.header.").removeprefix("$context.") for source in sources) or "nothing"
    )
    required = [AUTHORIZATION, ROUTE_KEY] if promises.routes else [AUTHORIZATION]
    try:
        key = opened()
    except NotApplicable:
        key = None
    if key is not None:
        return Finding(False, f"{shown}: {key} is opened by the answer for another route")
    return Finding(set(required) <= set(lower), shown)


def _throttling(stage: Any) -> Finding:
    settings = {"every route": stage.get("DefaultRouteSettings") or {}}
    own = {key: value for key, value in (stage.get("RouteSettings") or {}).items() if _limits(value) != (None, None)}
    for where, limits in {**settings, **own}.items():
        rate, burst = _limits(limits)
        if not rate or not burst:
            shown = ["unlimited" if limit is None else f"{limit:g}" for limit in (rate, burst)]
            return Finding(False, f"{where}: rate {shown[0]}, burst {shown[1]}")
    rate, burst = _limits(settings["every route"])
    also = f"; {len(own)} routes have their own" if own else ""
    return Finding(True, f"{rate:g}/s, burst {burst}{also}")


def _limits(settings: Any) -> tuple[float | None, int | None]:
    return settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")


def _access_log(stage: Any, promised: bool) -> Finding:
    settings = stage.get("AccessLogSettings") or {}
    if not settings.get("DestinationArn") or not settings.get("Format"):
        return Finding(not promised, "off")
    foreign = sorted(set(_VARIABLE.findall(settings["Format"])) - LOGGED)
    if foreign:
        return Finding(False, f"on, with {', '.join(foreign)}")
    try:
        json.loads(settings["Format"])
    except ValueError:
        return Finding(False, "on, and not JSON")
    return Finding(promised, "on")


def _function_log(deployed: Deployed, account: Account) -> Finding:
    try:
        function = read(
            "lambda:GetFunctionConfiguration",
            account.lambda_.get_function_configuration,
            FunctionName=deployed.function_arn,
        )
    except NotFound:
        return Finding(False, "the authorizer's function does not exist")
    logging = function.get("LoggingConfig") or {}
    name = logging.get("LogGroup") or f"/aws/lambda/{function['FunctionName']}"
    groups = read("logs:DescribeLogGroups", account.logs.describe_log_groups, logGroupNamePrefix=name)["logGroups"]
    group = next((group for group in groups if group["logGroupName"] == name), None)
    if group is None:
        return Finding(False, "its log group does not exist")
    kept = f"kept for {group['retentionInDays']} days" if "retentionInDays" in group else "kept for ever"
    form = logging.get("LogFormat", "Text")
    return Finding(form == "JSON", f"{form}, {kept}")
