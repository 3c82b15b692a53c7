"""Values that become known during the deployment, checked then by the rule that those known at first keep."""

from collections.abc import Callable

import pulumi

from .validation import Faults


def checked_later(value: pulumi.Input[str], rule: Callable[[str], str | None], faults: Faults) -> pulumi.Input[str]:
    """``value``, which fails with ``InvalidArgs`` if ``rule`` finds a fault in what it turns out to be.

    A string is passed on as it is: it was checked before anything was created.
    """
    return value if isinstance(value, str) else faults.checked(value, rule)
