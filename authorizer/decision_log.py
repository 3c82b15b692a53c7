"""One JSON line per decision: a log record and, in CloudWatch's embedded metric format, a metric by reason.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
A line never contains a token, a signature or an unverified claim, only values from API Gateway and the configuration.
"""

import sys
from json import JSONEncoder

from .denial import Reason
from .event import RequestIdentity
from .record import Record

NAMESPACE = "kms-jwt"
"""The namespace of the metric ``Decisions``, which has the dimensions ``FunctionName`` and ``Reason``; where there are trusted
issuers, also together with ``issuer``, for tokens whose signature has been verified."""

ALLOWED = "allowed"
"""The ``Reason`` of an allowed request."""

_SEVERITIES = {"INFO": 0, "WARN": 1, "ERROR": 2}
_FAULTS = (Reason.INTERNAL_ERROR, Reason.KEYS_UNAVAILABLE, Reason.DENYLIST_UNAVAILABLE)


class Decision(Record):
    """The decision about a request, with its reason."""

    __slots__ = ("fault", "identity", "issuer", "kid", "milliseconds", "reason", "signature_cache_hit")

    def __init__(
        self,
        identity: RequestIdentity,
        reason: Reason | None,
        kid: str | None,
        signature_cache_hit: bool,
        milliseconds: float,
        fault: str | None = None,
        issuer: str | None = None,
    ) -> None:
        self.identity = identity
        self.reason = reason
        """``None``: allowed."""
        self.kid = kid
        """The id of the key, if it is a trusted one."""
        self.signature_cache_hit = signature_cache_hit
        """Whether the signature was verified for an earlier request."""
        self.milliseconds = milliseconds
        self.fault = fault
        """The type of the exception for INTERNAL_ERROR. Its message is not logged, since it might quote the token."""
        self.issuer = issuer
        """The name of the token's issuer in the configuration, if there are trusted issuers and the signature is valid."""


class DecisionLog:
    """Writes decisions of at least ``level`` (INFO, WARN, ERROR) to standard output, which Lambda sends to CloudWatch Logs.

    A decision below the level is not counted in the metric either.
    """

    def __init__(self, function_name: str, level: str) -> None:
        threshold = _SEVERITIES[level]
        # The part that all lines with the same reason share is encoded once: per request it would take longer than the claims.
        self._beginnings = {
            reason: _beginning(reason, function_name)
            for reason in (None, *Reason)
            if _SEVERITIES[_level(reason)] >= threshold
        }

    def write(self, decision: Decision, now: float) -> None:
        """Write a line for ``decision``; ``now`` is in seconds since the epoch."""
        beginning = self._beginnings.get(decision.reason)
        if beginning is None:
            return
        identity = decision.identity
        more = f',"fault":{_text(decision.fault)}' if decision.fault else ""
        metrics = _METRICS
        if decision.issuer is not None:
            more += f',"issuer":{_text(decision.issuer)}'
            metrics = _METRICS_BY_ISSUER
        sys.stdout.write(
            f'{beginning},"kid":{_text(decision.kid)},"routeKey":{_text(identity.route_key)},'
            f'"requestId":{_text(identity.request_id)},"sourceIp":{_text(identity.source_ip)},'
            f'"latencyMs":{decision.milliseconds:.3f},"signatureCacheHit":{"true" if decision.signature_cache_hit else "false"}'
            f'{more},"_aws":{{"Timestamp":{int(now * 1000)},{metrics}}}}}\n'
        )


def write_line(record: dict[str, object]) -> None:
    """Write one JSON line, in ASCII, in a single call, so that lines of concurrent writers are not interleaved."""
    sys.stdout.write(_encode(record) + "\n")


def _beginning(reason: Reason | None, function_name: str) -> str:
    """The beginning of a line, which is the same for all requests with this reason."""
    record = {
        "level": _level(reason),
        "message": "denied" if reason else "allowed",
        "Reason": reason or ALLOWED,
        "FunctionName": function_name,
        "Decisions": 1,
    }
    return _encode(record)[:-1]


def _text(value: str | None) -> str:
    return "null" if value is None else _encode(value)


def _level(reason: Reason | None) -> str:
    if reason is None:
        return "INFO"
    return "ERROR" if reason in _FAULTS else "WARN"


_encode = JSONEncoder(separators=(",", ":"), check_circular=False).encode


def _metrics(*dimensions: list[str]) -> str:
    """The members of ``_aws``, after its timestamp."""
    decisions = {"Name": "Decisions", "Unit": "Count"}
    return _encode({"CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": [decisions]}]})[
        1:-1
    ]


_METRICS = _metrics(["FunctionName", "Reason"])
_METRICS_BY_ISSUER = _metrics(["FunctionName", "Reason"], ["FunctionName", "Reason", "issuer"])
