"""An invocation of a function's process, without a thread, and without waiting for what it might still write.

MiniStack starts a thread for each, only to be able to stop waiting, has another one read each process's log, and looks in that
each millisecond until nothing has come for up to 50 ms: most of what a request would cost. Here the function's pipes are
awaited, by the thread that asks (``Worker.invoke``) or by the event loop (``Worker.ask``).
"""

import asyncio
import json
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import Worker

from . import conversation, output
from .conversation import Answer


def install() -> None:
    """From now on the workers of Python and Node.js functions are invoked like this."""
    spawn: Any = Worker._spawn

    def spawn_and_tell(worker: Any) -> None:
        spawn(worker)
        output.of(worker._proc).has_started.set()

    Worker._read_stderr = lambda worker: output.of(worker._proc).follow()
    Worker._spawn = spawn_and_tell
    Worker.invoke = _invoke
    Worker.ask = _ask


def _invoke(worker: Any, event: object, request_id: str, **context: Any) -> Answer:
    """As MiniStack's own: the worker's answer with the log. Its process ends after an error, or if it takes too long."""
    with worker._lock:
        if cold := worker._proc is None or worker._proc.poll() is not None:
            worker._spawn()
            worker._cold = False
        process, timeout = worker._proc, worker.config.get("Timeout", 30)
        message = _message(worker, event, request_id, **context)
        try:
            answer = conversation.in_thread(conversation.with_process(process, message), timeout)
        except TimeoutError:
            answer = _too_long(timeout)
        return _finished(worker, process, answer) | {"cold_start": cold}


async def _ask(worker: Any, event: object, request_id: str, **context: Any) -> Answer:
    """The same in the event loop, of a worker that has started, by who has leased it."""
    process, timeout = worker._proc, worker.config.get("Timeout", 30)
    message = _message(worker, event, request_id, **context)
    try:
        answer = await conversation.in_event_loop(conversation.with_process(process, message), timeout)
    except TimeoutError:
        answer = _too_long(timeout)
    if answer["status"] == "ok":
        return _finished(worker, process, answer)
    return await asyncio.to_thread(_finished, worker, process, answer)


def _message(
    worker: Any,
    event: object,
    request_id: str,
    *,
    trace_id: str | None = None,
    depth: int | None = None,
    durable: dict[str, str] | None = None,
    invoked_function_arn: str | None = None,
) -> bytes:
    arn = worker.config.get("FunctionArn", "") if invoked_function_arn is None else invoked_function_arn
    context = {
        "request_id": request_id,
        "invoked_function_arn": arn,
        "timeout_ms": int(float(worker.config.get("Timeout", 30)) * 1000),
        "trace_id": trace_id,
        "depth": depth,
        "durable": durable or {},
    }
    return json.dumps({"event": event, "ctx": context}).encode() + b"\n"


def _too_long(timeout: float) -> Answer:
    return {"status": "error", "error": f"Task timed out after {timeout}.00 seconds"}


def _finished(worker: Any, process: Any, answer: Answer) -> Answer:
    if answer["status"] == "error":
        worker._proc = None
        lambda_runtime._signal(process)
        lambda_runtime._collect(process, time.monotonic() + lambda_runtime._REAP_GRACE)
    return {**answer, "log": output.of(process).text()}
