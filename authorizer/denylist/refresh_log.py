"""One JSON line per refresh of the denylist: a log record and, in CloudWatch's embedded metric format, two metrics.

A line contains nothing of the document but the number of its entries: their names are those of people and tokens.
"""

import os
from typing import TYPE_CHECKING, NamedTuple

from ..decision_log import NAMESPACE, write_line

if TYPE_CHECKING:
    from .reading import DenylistResult


class Refresh(NamedTuple):
    """A refresh, successful or not."""

    bucket: str
    result: "DenylistResult"
    entries: int
    """Of the copy that is used from now on."""
    age_seconds: float | None
    """Its age; ``None`` if there is none."""


def write_refresh(refresh: Refresh, log_level: str, now: float) -> None:
    """Write the line. A success has level INFO and a failure ERROR; nothing is written below ``log_level``."""
    result, failed = refresh.result, not refresh.result.succeeded
    if not failed and log_level != "INFO":
        return
    age = {} if refresh.age_seconds is None else {"DenylistAgeSeconds": round(refresh.age_seconds)}
    metrics = [{"Name": "DenylistRefreshFailed", "Unit": "Count"}, *({"Name": name, "Unit": "Seconds"} for name in age)]
    write_line(
        {
            "level": "ERROR" if failed else "INFO",
            "message": "denylist not refreshed" if failed else "denylist refreshed",
            "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
            "bucket": refresh.bucket,
            "outcome": result.outcome,
            "status": result.status,
            "latencyMs": round(result.milliseconds, 3),
            "bytes": result.octets,
            "entries": refresh.entries,
            "DenylistRefreshFailed": int(failed),
            **age,
            "_aws": {
                "Timestamp": int(now * 1000),
                "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["FunctionName"]], "Metrics": metrics}],
            },
        }
    )
