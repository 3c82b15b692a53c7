"""The calls that the emulator makes to AWS, in their order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from emulator.aws import Aws

_READ = ("Describe", "Get", "List")


@contextmanager
def recorded(*reads: str) -> Iterator[list[str]]:
    """The operations that change something, and those of ``reads``, as they are called while the block lasts."""
    calls: list[str] = []
    clients: dict[int, Any] = {}
    client = Aws.client

    def note(model: Any, **_: object) -> None:
        if model.name in reads or not model.name.startswith(_READ):
            calls.append(model.name)

    def watched(aws: Aws, service: str) -> Any:
        found = client(aws, service)
        if id(found) not in clients:
            clients[id(found)] = found
            found.meta.events.register("before-parameter-build", note)
        return found

    with mock.patch.object(Aws, "client", watched):
        try:
            yield calls
        finally:
            for found in clients.values():
                found.meta.events.unregister("before-parameter-build", note)
