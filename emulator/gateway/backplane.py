"""What a request takes from MiniStack. Of the other modules here only those that add to MiniStack import it.

The configuration is read from MiniStack's own stores at each request, not through its API: that takes microseconds, so
nothing is cached and nothing can be stale, it needs no credentials while IAM is enforced, and a function is invoked on a
thread that is kept. MiniStack is pinned by hash (requirements.txt); tests/emulator/gateway fails if a new one differs.
"""

import asyncio
import contextvars
import functools
import json
import os
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import boto3
import botocore.exceptions
from botocore.config import Config
from ministack.core import lambda_runtime
from ministack.core.responses import request_scope
from ministack.services import apigateway, cloudwatch_logs, iam, lambda_svc

ACCOUNT_CONCURRENCY = 1000
"""Executions at once in an account and region: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_threads = ThreadPoolExecutor(ACCOUNT_CONCURRENCY, "gateway")


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
    call = in_thread(lambda: lambda_svc._execute_function_with_config_scope(function.record, event))
    result = await asyncio.wait_for(call, timeout if function.timeout >= timeout else None)
    body = result.get("body")
    if result.get("throttle"):
        return Invocation(error="Rate Exceeded.")
    if result.get("error"):
        return Invocation(error=str(body.get("errorMessage", body) if isinstance(body, dict) else body))
    return Invocation(body)


def may_be_assumed(role_arn: str, api: Api) -> bool:
    """Whether the role exists in the account of ``api`` and trusts API Gateway."""
    account, _, name = role_arn.removeprefix("arn:aws:iam::").partition(":role/")
    with request_scope(api.account, api.region):
        role = iam._roles.get(name.rpartition("/")[2]) if account == api.account else None
    if role is None:
        return False
    statements = json.loads(urllib.parse.unquote(role["AssumeRolePolicyDocument"]))["Statement"]
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        trusted = "apigateway.amazonaws.com" in ([services] if isinstance(services, str) else services)
        if trusted and statement["Effect"] == "Allow" and "sts:AssumeRole" in statement["Action"]:
            return True
    return False


async def call_service(
    api: Api, role_arn: str, region: str, service: str, operation: str, parameters: dict[str, Any]
) -> tuple[int, Any]:
    """The status and the answer of a service of AWS, called with the rights of the role."""

    def call() -> tuple[int, Any]:
        client = _client(api.account, role_arn, region, service)
        try:
            answer = getattr(client, operation)(**parameters)
        except botocore.exceptions.ParamValidationError as error:
            return 400, {"message": str(error)}
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return status, {"message": error.response["Error"]["Message"], "__type": error.response["Error"]["Code"]}
        metadata = answer.pop("ResponseMetadata")
        return metadata["HTTPStatusCode"], json.loads(json.dumps(answer, default=lambda moment: moment.timestamp()))

    return await in_thread(call)  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=128)
def _client(account: str, role_arn: str, region: str, service: str) -> Any:
    """With the session that MiniStack gives to a function with this role, which its IAM then judges."""
    credentials = lambda_runtime.execution_credentials(
        {
            "FunctionArn": f"arn:aws:lambda:{region}:{account}:function:apigateway",
            "FunctionName": "apigateway",
            "Role": role_arn,
        }
    )
    session = boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=credentials["AWS_SESSION_TOKEN"] or None,
        region_name=region,
    )
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    return session.client(cast("Any", service), endpoint_url=endpoint, config=config)


async def put_log_line(api: Api, group: str, stream: str, line: str) -> None:
    """Adds a line to a log stream, which is made if there is none. A group that does not exist takes none, as on AWS."""

    def put() -> None:
        with request_scope(api.account, api.region):
            if group in cloudwatch_logs._log_groups:
                names = {"logGroupName": group, "logStreamName": stream}
                cloudwatch_logs._create_log_stream(names)
                cloudwatch_logs._put_log_events({**names, "logEvents": [{"message": line}]})

    await in_thread(put)


async def in_thread(call: Callable[[], Any]) -> Any:
    """The result of blocking code, which may itself send requests to this process."""
    return await asyncio.get_running_loop().run_in_executor(_threads, contextvars.copy_context().run, call)
