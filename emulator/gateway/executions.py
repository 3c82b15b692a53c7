"""Executions of Python and Node.js functions in the event loop: as MiniStack's, without a thread that waits for each.

Only a cold start takes one, and what other functions need: MiniStack's own way, which is for threads.
"""

import asyncio
import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid, request_scope
from ministack.services import lambda_svc

ACCOUNT_CONCURRENCY = 1000
"""Executions at once in an account and region: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_threads = ThreadPoolExecutor(ACCOUNT_CONCURRENCY, "gateway")

Record = dict[str, Any]
"""A function's record as MiniStack has it, with the configuration of the version that is invoked."""


async def execute(record: Record, event: dict[str, Any]) -> dict[str, Any]:
    """What MiniStack's ``_execute_function_with_config_scope`` returns."""
    config = record["config"]
    with request_scope(*lambda_svc._account_region_from_function_config(config)):
        slot = lambda_svc._acquire_execution_slot(record, config)[0] if _has_worker(record) else None
        if slot is None:
            return dict(await in_thread(lambda: lambda_svc._execute_function_with_config_scope(record, event)))
        started, request_id = time.monotonic(), new_uuid()
        try:
            result = await _of_worker(record, event, request_id)
        finally:
            lambda_svc._release_execution_slot(slot)
        milliseconds = int((time.monotonic() - started) * 1000)
        lambda_svc._emit_lambda_logs(record, request_id, result["log"], "error" in result, milliseconds)
        return result


async def in_thread(call: Callable[[], Any]) -> Any:
    """The result of blocking code, which may itself send requests to this process."""
    return await asyncio.get_running_loop().run_in_executor(_threads, contextvars.copy_context().run, call)


def _has_worker(record: Record) -> bool:
    config = record["config"]
    return (
        str(config.get("Runtime")).startswith(("python", "nodejs"))
        and config.get("PackageType") != "Image"
        and bool(record.get("code_zip"))
        and lambda_svc._proxy_url_for(config) is None
    )


async def _of_worker(record: Record, event: dict[str, Any], request_id: str) -> dict[str, Any]:
    config = record["config"]
    name, version = config["FunctionName"], config.get("Version", "$LATEST")
    worker, _ = lambda_runtime.acquire_worker(name, config, record["code_zip"], qualifier=version)
    try:
        if worker._proc is None or worker._proc.poll() is not None:
            await in_thread(lambda: lambda_runtime.ensure_spawned(worker))
        answer = await worker.ask(
            event,
            request_id,
            trace_id=lambda_svc._xray_trace_id_for_invocation(config),
            depth=lambda_svc._invoke_depth.get(),
        )
    except Exception as error:  # the process could not be started
        account, region = lambda_svc._account_region_from_function_config(config)
        await in_thread(lambda: lambda_runtime.invalidate_worker(name, version, account, region))
        return {"body": {"errorMessage": str(error), "errorType": type(error).__name__}, "error": True, "log": ""}
    finally:
        lambda_runtime.release_worker(worker)
    if answer["status"] == "ok":
        return {"body": answer.get("result"), "log": answer["log"]}
    log = "\n".join(filter(None, [answer["log"], answer.get("trace", answer["error"])]))
    return {"body": {"errorMessage": answer["error"]}, "error": True, "log": log}
