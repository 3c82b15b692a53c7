"""One JSON line per refresh of an issuer's keys: a log record and, in CloudWatch's embedded metric format, two metrics.

A line contains no part of the answer but the first ids of usable keys, and nothing of a token: no issuer determines its size.
"""

import os
from typing import TYPE_CHECKING, NamedTuple

from ..decision_log import NAMESPACE, write_line

if TYPE_CHECKING:
    from .reading import KeySetResult

MAX_LISTED = 8
"""The number of ids of added keys in a line, and of removed keys."""

MAX_KID_LENGTH = 64
"""In a line. Longer ids are cut."""


class Refresh(NamedTuple):
    """A refresh, successful or not."""

    issuer: str
    """The issuer's name in the configuration."""
    host: str
    result: "KeySetResult"
    added: list[str]
    removed: list[str]
    """The ids of the keys that were added and removed."""
    age_seconds: float
    """The age of the keys that are used from now on: since they were read, or since the first invocation if they are pinned."""


def write_refresh(refresh: Refresh, log_level: str, now: float) -> None:
    """Write the line. A success has level INFO and a failure ERROR; nothing is written below ``log_level``."""
    failed = refresh.result.jwks is None
    if not failed and log_level != "INFO":
        return
    write_line(
        {
            "level": "ERROR" if failed else "INFO",
            "message": "keys not refreshed" if failed else "keys refreshed",
            "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
            "issuer": refresh.issuer,
            "host": refresh.host,
            "outcome": refresh.result.outcome,
            "status": refresh.result.status,
            "latencyMs": round(refresh.result.milliseconds, 3),
            "bytes": refresh.result.octets,
            **_listed("added", refresh.added),
            **_listed("removed", refresh.removed),
            "dropped": refresh.result.dropped,
            "RefreshFailed": int(failed),
            "KeysAgeSeconds": round(refresh.age_seconds),
            "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [_METRICS]},
        }
    )


def _listed(name: str, kids: list[str]) -> dict[str, object]:
    """The fields of a line for these ids: the first of them, and where there are more, their number."""
    listed: dict[str, object] = {name: [kid[:MAX_KID_LENGTH] for kid in kids[:MAX_LISTED]]}
    return listed if len(kids) <= MAX_LISTED else {**listed, f"{name}Count": len(kids)}


_METRICS = {
    "Namespace": NAMESPACE,
    "Dimensions": [["FunctionName", "issuer"]],
    "Metrics": [{"Name": "RefreshFailed", "Unit": "Count"}, {"Name": "KeysAgeSeconds", "Unit": "Seconds"}],
}
