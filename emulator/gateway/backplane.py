"""What a request takes from MiniStack. Of the other modules here only those that add to MiniStack import it.

The configuration is read from MiniStack's own stores at each request, not through its API: that takes microseconds, so
nothing is cached and nothing can be stale, it needs no credentials while IAM is enforced, and a function is invoked without
a thread. MiniStack is pinned by hash (requirements.txt); tests/emulator/gateway fails if a new one differs.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import apigateway, cloudwatch_logs, lambda_svc

from .executions import execute, in_thread


@dataclass(frozen=True)
class Api:
    """An HTTP API as it is configured now, in the spelling of API Gateway's REST API."""

    id: str
    account: str
    region: str
    settings: dict[str, Any]
    routes: list[dict[str, Any]]
    integrations: dict[str, dict[str, Any]]
    authorizers: dict[str, dict[str, Any]]
    stages: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Function:
    """A function, version or alias as its ARN names it, and its resource policy."""

    arn: str
    policy: dict[str, Any]
    record: dict[str, Any]

    @property
    def timeout(self) -> float:
        """Its own timeout in seconds, which MiniStack enforces; the start of its process does not count."""
        return float(self.record["config"].get("Timeout") or 3)


@dataclass(frozen=True)
class Invocation:
    """What a function returned, or the error that it ended with."""

    payload: Any = None
    error: str | None = None


def find_api(api_id: str) -> Api | None:
    """The HTTP API of this id in any account and region."""
    for (account, region, known), settings in apigateway._apis.all_items():
        if known == api_id and settings["protocolType"] == "HTTP":
            scope = account, region, api_id

            def children(store: Any, scope: tuple[str, str, str] = scope) -> dict[str, dict[str, Any]]:
                return dict(store.get_scoped(*scope, {}))

            return Api(
                api_id,
                account,
                region,
                settings,
                list(children(apigateway._routes).values()),
                children(apigateway._integrations),
                children(apigateway._authorizers),
                children(apigateway._stages),
            )
    return None


def find_function(uri: str, api: Api) -> Function | None:
    """The function of an integration's or authorizer's URI: its ARN, or the ARN of API Gateway's action on it."""
    arn = uri.partition("/functions/")[2].removesuffix("/invocations") or uri
    with request_scope(api.account, api.region):
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        base, _, _ = lambda_svc._get_base_func_record_for_ref(arn)  # versions share the policy of their function
        if function is None or config is None or base is None:
            return None
        return Function(arn, base["policy"], lambda_svc._execution_record_for_config(function, config))


async def invoke(function: Function, event: dict[str, Any], timeout: float) -> Invocation:
    """Invokes it and waits for its end. Raises ``TimeoutError`` after ``timeout`` seconds.

    If its own timeout is shorter, that one ends it, and a cold start, which takes longer here than on AWS, does not count.
    """
    execution = execute(function.record, event)
    if function.timeout < timeout:
        result = await execution
    else:  # the function itself is not stopped by it
        result = await asyncio.wait_for(asyncio.shield(execution), timeout)
    body = result.get("body")
    if result.get("throttle"):
        return Invocation(error="Rate Exceeded.")
    if result.get("error"):
        return Invocation(error=str(body.get("errorMessage", body) if isinstance(body, dict) else body))
    return Invocation(body)


async def put_log_line(api: Api, group: str, stream: str, line: str) -> None:
    """Adds a line to a log stream, which is made if there is none. A group that does not exist takes none, as on AWS."""

    def put() -> None:
        with request_scope(api.account, api.region):
            if group in cloudwatch_logs._log_groups:
                names = {"logGroupName": group, "logStreamName": stream}
                cloudwatch_logs._create_log_stream(names)
                cloudwatch_logs._put_log_events({**names, "logEvents": [{"message": line}]})

    with request_scope(api.account, api.region):
        filters = cloudwatch_logs._log_groups.get(group, {}).get("subscriptionFilters")
    if filters:  # what they deliver to may take its time
        await in_thread(put)
    else:
        put()
