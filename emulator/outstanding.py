"""The end of a program's run: all resources are registered, and all outputs have their values.

Pulumi waits for the first of the outputs that are left, then for the first of the rest, and adds a callback to each of them
each time: with hundreds of outputs that is half of a deployment's CPU time. Here each output gets one callback.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from pulumi.runtime import stack
from pulumi.runtime.settings import SETTINGS

_wait_for_registrations: Any = stack.wait_for_rpcs


@contextlib.contextmanager
def awaited_once() -> Iterator[None]:
    """Within, Pulumi waits like this."""
    with mock.patch.object(stack, "wait_for_rpcs", _wait):
        yield


async def _wait() -> None:
    """In Pulumi's order: registrations, then outputs, then again. Raises the error of the first that fails."""
    done: asyncio.Queue[asyncio.Future[Any]] = asyncio.Queue()
    outstanding = 0
    while True:
        await _wait_for_registrations(await_all_outstanding_tasks=False)
        while True:
            for output in _taken():
                output.add_done_callback(done.put_nowait)
                outstanding += 1
            if not outstanding:
                break
            await (await done.get())
            outstanding -= 1
        if not SETTINGS.rpc_manager.rpcs:
            return


def _taken() -> list[asyncio.Future[Any]]:
    """The outputs that nobody waits for yet, for the caller to do so."""
    with SETTINGS.lock:
        outputs = list(SETTINGS.outputs)
        SETTINGS.outputs.clear()
    return outputs
