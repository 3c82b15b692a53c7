"""Checks of values that become known only during the deployment, by the same rules as values known beforehand."""

from collections.abc import Callable

import pulumi

from .faults import Faults


def checked_later(value: pulumi.Input[str], rule: Callable[[str], str | None], faults: Faults) -> pulumi.Input[str]:
    """``value`` as an Output that fails with ``InvalidArgs`` if ``rule`` finds an error in its value.

    A string is returned unchanged: it was checked before anything was created.
    """
    return value if isinstance(value, str) else faults.checked(value, rule)
