"""One JSON line per decision: a log record and, in CloudWatch's embedded metric format, a metric by reason.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Never a token, a signature or an unverified claim: what is logged comes from API Gateway and from our own configuration.
"""

import json
import sys
from typing import NamedTuple

from .denial import Reason
from .event import RequestIdentity

NAMESPACE = "kms-jwt"
"""Of the metric ``Decisions``, with the dimensions ``FunctionName`` and ``Reason``."""

ALLOWED = "allowed"
"""The ``Reason`` of a request that is let in."""

_SEVERITIES = {"INFO": 0, "WARN": 1, "ERROR": 2}
_FAULTS = (Reason.INTERNAL_ERROR, Reason.KEYS_UNAVAILABLE)


class Decision(NamedTuple):
    """What was decided about a request, and on what grounds."""

    identity: RequestIdentity
    reason: Reason | None
    """``None``: let in."""
    kid: str | None
    """Of a trusted key only."""
    remembered: bool
    """Whether the signature was checked for an earlier request."""
    milliseconds: float
    fault: str | None = None
    """The type of the exception behind INTERNAL_ERROR; its message might quote the token."""


class DecisionLog:
    """Writes decisions of at least ``level`` (INFO, WARN, ERROR) to standard output, where Lambda collects them.

    A decision below the level is not counted in the metric either.
    """

    def __init__(self, function_name: str, level: str) -> None:
        self._function_name = function_name
        self._threshold = _SEVERITIES[level]

    def write(self, decision: Decision, now: float) -> None:
        """``now`` is in seconds since the epoch."""
        level = _level(decision.reason)
        if _SEVERITIES[level] < self._threshold:
            return
        record: dict[str, object] = {
            "level": level,
            "message": "denied" if decision.reason else "allowed",
            "Reason": decision.reason or ALLOWED,
            "FunctionName": self._function_name,
            "Decisions": 1,
            "kid": decision.kid,
            "routeKey": decision.identity.route_key,
            "requestId": decision.identity.request_id,
            "sourceIp": decision.identity.source_ip,
            "latencyMs": round(decision.milliseconds, 3),
            "memoHit": decision.remembered,
            "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": _METRICS},
        }
        if decision.fault:
            record["fault"] = decision.fault
        write_line(record)


def write_line(record: dict[str, object]) -> None:
    """Write one JSON line, in ASCII, in a single call: lines of concurrent writers stay whole."""
    sys.stdout.write(json.dumps(record, separators=(",", ":")) + "\n")


def _level(reason: Reason | None) -> str:
    if reason is None:
        return "INFO"
    return "ERROR" if reason in _FAULTS else "WARN"


_METRICS = [
    {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName", "Reason"]],
        "Metrics": [{"Name": "Decisions", "Unit": "Count"}],
    }
]
