"""What every test of the components has."""

from collections.abc import Iterator

import pytest
from pulumi.runtime.proto import source_pb2

from components.testing.event_loop import event_loop


@pytest.fixture(scope="module", autouse=True)
def _no_source_positions() -> Iterator[None]:
    """Pulumi looks through the whole stack at every resource, for the engine's messages: a quarter of the time, for nothing."""
    with pytest.MonkeyPatch.context() as patched:
        # A private name: no option and no environment variable of Pulumi's switches this off. If it goes away, all tests fail.
        patched.setattr("pulumi.runtime.resource._get_stack_trace", source_pb2.StackTrace, raising=True)
        yield


@pytest.fixture(autouse=True)
def _event_loop() -> Iterator[None]:
    """As programs have one: an ``Output`` cannot be made without. For those that are made at import there is none."""
    with event_loop():
        yield
