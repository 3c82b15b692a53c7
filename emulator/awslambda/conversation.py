"""One message to a worker's process and its answer, over its pipes, by whatever waits for them: a thread or the event loop."""

import asyncio
import json
import os
import select
import time
from collections.abc import Generator
from typing import Any

from . import output

_CHUNK = 65536  # what a pipe holds

Answer = dict[str, Any]
Conversation = Generator[tuple[list[int], list[int]], None, Answer]
"""Yields the descriptors to read and those to write, one of which has to be ready to go on; returns the answer."""

_DIED: Answer = {"status": "error", "error": "Worker process died"}


def with_process(process: Any, message: bytes) -> Conversation:
    """Sends ``message`` and returns the answer. What the function writes meanwhile is kept in its ``Output``."""
    written, answers, log = process.stdin.fileno(), process.stdout.fileno(), output.of(process)
    os.set_blocking(written, False)
    os.set_blocking(answers, False)
    rest, received, read = memoryview(message), bytearray(), [answers, log.descriptor]
    while rest:
        try:
            rest = rest[os.write(written, rest) :]
        except BlockingIOError:
            yield [], [written]
        except BrokenPipeError:
            return _DIED
    while True:
        yield read, []
        if not log.take():
            read = [answers]
        try:
            chunk = os.read(answers, _CHUNK)
        except BlockingIOError:
            continue
        if not chunk:
            return _DIED
        received += chunk
        if b"\n" in chunk:
            *lines, received = received.split(b"\n")
            for line in lines:
                if (answer := _answer(line)) is not None:
                    return answer


def in_thread(conversation: Conversation, seconds: float) -> Answer:
    """Raises ``TimeoutError`` if it takes longer."""
    deadline = time.monotonic() + seconds
    try:
        while True:
            read, write = next(conversation)
            poll = select.poll()
            for descriptor in read:
                poll.register(descriptor, select.POLLIN)
            for descriptor in write:
                poll.register(descriptor, select.POLLOUT)
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
    except StopIteration as end:
        return dict(end.value)


async def in_event_loop(conversation: Conversation, seconds: float) -> Answer:
    """Raises ``TimeoutError`` if it takes longer."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            while True:
                read, write = next(conversation)
                ready = asyncio.Event()
                for descriptor in read:
                    loop.add_reader(descriptor, ready.set)
                for descriptor in write:
                    loop.add_writer(descriptor, ready.set)
                try:
                    await ready.wait()
                finally:
                    for descriptor in read:
                        loop.remove_reader(descriptor)
                    for descriptor in write:
                        loop.remove_writer(descriptor)
    except StopIteration as end:
        return dict(end.value)


def _answer(line: bytes | bytearray) -> Answer | None:
    """``None`` for what the function itself wrote to standard output, past Python's and Node.js's own means."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and answer.get("status") in ("ok", "error") else None
