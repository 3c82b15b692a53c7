"""Programs are declared with whatever event loop there is. A new thread has none, with any Python."""

import asyncio
import contextlib
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.testing import Recording, declare
from components.testing.event_loop import event_loop, threads_with_event_loops


def _declare() -> None:
    def program() -> dict[str, Any]:
        topic = aws.sns.Topic("orders", display_name=pulumi.Output.from_input("Orders"))
        return {"name": topic.display_name}

    recording = declare(program)
    assert [item.name for item in recording.all("aws:sns/topic:Topic")] == ["orders"]
    assert recording.outputs == {"name": "Orders"}


def _in_a_new_thread(test: Callable[[], None]) -> None:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(test).result()


def test_where_there_is_none_one_is_made_each_time_and_none_is_left() -> None:
    def test() -> None:
        for _ in range(2):
            _declare()
            with pytest.raises(RuntimeError, match="no current event loop"):
                asyncio.get_event_loop()

    _in_a_new_thread(test)


def test_the_threads_own_is_used_and_left_to_it() -> None:
    def test() -> None:
        own = asyncio.new_event_loop()
        asyncio.set_event_loop(own)
        with threads_with_event_loops() as threads, contextlib.closing(own):
            own.set_default_executor(threads)
            _declare()
            _declare()

            assert asyncio.get_event_loop() is own
            assert not own.is_closed()

    _in_a_new_thread(test)


def test_a_refusal_is_raised_and_not_logged_by_all_that_depends_on_it(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(text: str) -> str:
        raise pulumi.RunError(f"{text} is refused")

    def program() -> None:
        refused = pulumi.Output.from_input("orders").apply(refuse)
        for name in ("first", "second"):
            aws.sns.Topic(name, display_name=refused.apply(str.upper))

    with pytest.raises(pulumi.RunError, match="orders is refused"):
        declare(program)
    declare(lambda: None)  # Pulumi holds the Outputs of a program until the next
    gc.collect()
    assert not caplog.records


def test_mocks_that_were_set_and_never_run_are_in_nobodys_way() -> None:
    def test() -> None:
        with event_loop():
            pulumi.runtime.set_mocks(Recording(preview=False))
        _declare()

    _in_a_new_thread(test)
