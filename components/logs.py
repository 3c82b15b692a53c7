"""CloudWatch log groups: their names and their retention."""

import re

import pulumi

from .faults import Faults

DEFAULT_RETENTION_DAYS = 30

_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


_LOG_GROUP_NAME = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""


def checked_log_group_name(name: pulumi.Input[str], faults: Faults) -> pulumi.Input[str]:
    """``name``, with an error recorded in ``faults`` if it is invalid; an Output fails if its value is invalid.

    It becomes part of an ARN, in which a ``*`` would mean every log group.
    """
    if isinstance(name, str):
        if fault := _name_fault(name):
            faults.add(fault)
        return name

    return faults.checked(name, _name_fault)


def _name_fault(name: object) -> str | None:
    if isinstance(name, str) and _LOG_GROUP_NAME.fullmatch(name):
        return None
    return (
        "must be the name of one log group, 1 to 512 letters, digits, '_', '-', '/', '.' and '#', such as /aws/lambda/NAME, "
        f"and is {name!r}"
    )


def check_retention(days: int | None, faults: Faults) -> None:
    """Record in ``faults`` a number of days that CloudWatch Logs does not support."""
    if days is not None and days not in _RETENTION_DAYS:
        faults.add(f"must be one of {', '.join(map(str, _RETENTION_DAYS))}, and is {days}")
