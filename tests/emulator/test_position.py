"""The stacks from which errors have their line are those that Pulumi's SDK makes."""

from pulumi.runtime import resource

from emulator import position


class _Resource:
    def __init__(self) -> None:
        self.stacks = resource._get_stack_trace(), position._stack()


class _CustomResource(_Resource):
    def __init__(self) -> None:
        super().__init__()


class _Key(_CustomResource):
    def __init__(self) -> None:
        super().__init__()


def test_the_stack_of_a_resource_is_that_of_the_sdk() -> None:
    theirs, ours = _Key().stacks
    assert ours == theirs
    assert ours.frames[0].pc.uri.endswith("/test_position.py")


def test_a_call_that_is_no_resource_has_none() -> None:
    theirs, ours = _CustomResource().stacks
    assert ours == theirs
