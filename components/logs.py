"""CloudWatch log groups with retention."""

from .validation import Faults

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


def check_retention(days: int | None, faults: Faults) -> None:
    """Note in ``faults`` a number of days that CloudWatch does not offer."""
    if days is not None and days not in _RETENTION_DAYS:
        faults.add(f"must be one of {', '.join(map(str, _RETENTION_DAYS))}, and is {days}")
