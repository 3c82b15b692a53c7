"""A run ends when every output has its value, also those that nobody asks for, and with the error of one that has none."""

import pytest

from .bench import Bench

GROUP = 'group = aws.cloudwatch.LogGroup("group", name="/a")\n'
AND_OTHERS = """
def declare_another(arn):
    second = aws.cloudwatch.LogGroup("second", name="/b")
    second.arn.apply(lambda arn: aws.cloudwatch.LogGroup("third", name="/c"))
group.arn.apply(declare_another)
"""


def test_what_is_declared_while_outputs_are_awaited_is_deployed(bench: Bench) -> None:
    """By an ``apply`` of what an ``apply`` has declared, of which nothing is exported."""
    bench.up(GROUP + AND_OTHERS)

    assert sorted(bench.actions) == [("create", "group"), ("create", "second"), ("create", "third")]


def test_the_error_of_an_output_that_nobody_uses_is_raised(bench: Bench) -> None:
    """Others that are still awaited do not hide it."""
    with pytest.raises(ZeroDivisionError):
        bench.up(GROUP + "never = pulumi.Output.from_input(1).apply(lambda one: 1 / 0)\ngroup.arn.apply(str)")
