"""The API and its stage, as deployed: where it can be called, what is throttled and logged."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .deployed import Deployed, Read
from .promises import Promises
from .row import Finding, NotApplicable, Row, judged

LOGGED = frozenset(
    {
        *("requestId", "requestTime", "identity.sourceIp", "status", "responseLength", "responseLatency"),
        *("integrationLatency", "integrationStatus", "routeKey", "error.responseType", "error.message"),
        *("authorizer.error", "authorizer.reason", "authorizer.issuer"),
    }
)
"""The variables of an access log whose values no caller, token or backend chooses, so that none can forge a line."""

_VARIABLE = re.compile(r"\$context\.(\w+(?:\.\w+)*)")


def stage_rows(deployed: Read, promises: Promises) -> Iterator[Row]:
    """Of the stage of the endpoint, which is the only one."""
    disabled = promises.disable_default_endpoint
    yield judged(
        "the default endpoint",
        "not promised" if disabled is None else "disabled" if disabled else "enabled",
        lambda: _default_endpoint(deployed(), disabled),
    )
    yield judged("stages", "one, always up to date", lambda: _stages(deployed()))
    yield judged("throttling", "a rate and a burst limit", lambda: _throttling(deployed().stage))
    yield judged(
        "access log",
        "on, no value chosen by callers" if promises.access_logs else "off, as declared",
        lambda: _access_log(deployed().stage, promises.access_logs),
    )


def _default_endpoint(deployed: Deployed, promised: bool | None) -> Finding:
    """Beside a custom domain it is a second way in, past mutual TLS.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
    """
    disabled = deployed.api.get("DisableExecuteApiEndpoint") is True
    shown = "disabled" if disabled else "enabled"
    if promised is None:
        raise NotApplicable(shown)
    return Finding(disabled == promised, shown)


def _stages(deployed: Deployed) -> Finding:
    """A stage that is not deployed automatically serves routes that are not those that can be read."""
    stale = [name for name, stage in deployed.stages.items() if stage.get("AutoDeploy") is not True]
    shown = ", ".join(sorted(deployed.stages))
    if stale:
        return Finding(False, f"{shown}; not deployed automatically: {', '.join(sorted(stale))}")
    return Finding(len(deployed.stages) == 1, shown)


def _throttling(stage: Any) -> Finding:
    settings = {"every route": stage.get("DefaultRouteSettings") or {}}
    own = {key: value for key, value in (stage.get("RouteSettings") or {}).items() if limits(value) != (None, None)}
    for where, limited in {**settings, **own}.items():
        rate, burst = limits(limited)
        if not rate or not burst:
            shown = ["unlimited" if limit is None else f"{limit:g}" for limit in (rate, burst)]
            return Finding(False, f"{where}: rate {shown[0]}, burst {shown[1]}")
    rate, burst = limits(settings["every route"])
    also = f"; {len(own)} routes have their own" if own else ""
    return Finding(True, f"{rate:g}/s, burst {burst}{also}")


def limits(settings: Any) -> tuple[float | None, int | None]:
    """The rate and the burst limit in settings of routes."""
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
