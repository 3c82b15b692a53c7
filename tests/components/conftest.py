"""What every test of the components has."""

from collections.abc import Iterator

import pytest

from components.testing.event_loop import event_loop


@pytest.fixture(autouse=True)
def _event_loop() -> Iterator[None]:
    """As programs have one: an ``Output`` cannot be made without. For those that are made at import there is none."""
    with event_loop():
        yield
