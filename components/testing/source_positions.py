"""Where in a program a resource is declared: Pulumi looks through the whole stack for it at each, for its engine's messages."""

import contextlib
from collections.abc import Iterator

from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace


@contextlib.contextmanager
def no_source_positions() -> Iterator[None]:
    """Pulumi does not look for it, which mocks are not told: a quarter of a program's time.

    The name is private: no option and no environment variable switches it off. In a release without it programs take longer.
    """
    finding = getattr(resource, "_get_stack_trace", None)
    if finding:
        resource._get_stack_trace = StackTrace
    try:
        yield
    finally:
        if finding:
            resource._get_stack_trace = finding
