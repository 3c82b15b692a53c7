"""One JSON line for each token and each refusal: a log record and, in CloudWatch's embedded metric format, a metric.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
A line never contains a secret, an assertion or a token, nor what an unauthenticated client has sent.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ..authorizer import NAMESPACE as NAMESPACE
from ..authorizer import RequestIdentity, write_line
from .refusal import RESPONSES, Error, Reason

ISSUED = "issued"
"""The ``Reason`` of an issued token."""


class Metric(StrEnum):
    """The metrics, all counts with the dimension ``FunctionName``; ``TokensRefused`` has also ``Reason``."""

    TOKENS_ISSUED = "TokensIssued"
    TOKENS_REFUSED = "TokensRefused"
    """Faults of the client, by ``Reason``."""
    FAILED_LOGINS = "FailedLogins"
    """Those of ``TokensRefused`` in which the client did not authenticate (``invalid_client``)."""
    TOKENS_FAILED = "TokensFailed"
    """Faults of the service or of KMS."""


FAILURES = (Error.SERVER_ERROR, Error.TEMPORARILY_UNAVAILABLE)
"""The errors that are no fault of the client."""

_SEVERITIES = {"INFO": 0, "WARN": 1, "ERROR": 2}


class Decision(NamedTuple):
    """What came of a request."""

    identity: RequestIdentity
    reason: Reason | None
    """``None``: a token was issued."""
    client_id: str | None
    """The client, if it is one of the configuration. With ``FailedLogins``, it has not authenticated."""
    milliseconds: float
    kid: str | None = None
    jti: str | None = None
    scope: str | None = None
    audiences: Sequence[str] = ()
    """Of the issued token, as ``kid``, ``jti`` and ``scope`` are."""
    fault: str | None = None
    """The type of the exception, if there was one. Others' messages are not logged, since they might quote a secret."""
    advice: str | None = None
    """The message of an ``IssuerError``, which names the key and what to do."""


class DecisionLog:
    """Writes decisions of at least ``level`` (INFO, WARN, ERROR) to standard output, which Lambda sends to CloudWatch Logs.

    A decision below the level is not counted in the metrics either.
    """

    def __init__(self, function_name: str, level: str) -> None:
        self._function_name = function_name
        self._threshold = _SEVERITIES[level]

    def write(self, decision: Decision, now: float) -> None:
        """Write a line for ``decision``; ``now`` is in seconds since the epoch."""
        error = None if decision.reason is None else RESPONSES[decision.reason].error
        outcome, level = _outcome(error)
        if _SEVERITIES[level] < self._threshold:
            return
        metrics = _metrics(error)
        more = {
            "kid": decision.kid,
            "jti": decision.jti,
            "scope": decision.scope,
            "audiences": list(decision.audiences) or None,
            "error": error,
            "fault": decision.fault,
            "advice": decision.advice,
        }
        record: dict[str, object] = {
            "level": level,
            "message": outcome,
            "Reason": decision.reason or ISSUED,
            "FunctionName": self._function_name,
            **dict.fromkeys(metrics, 1),
            "client": decision.client_id,
            **{name: value for name, value in more.items() if value is not None},
            "requestId": decision.identity.request_id,
            "sourceIp": decision.identity.source_ip,
            "latencyMs": round(decision.milliseconds, 3),
            "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [_directive(metric) for metric in metrics]},
        }
        write_line(record)


def _outcome(error: Error | None) -> tuple[str, str]:
    """The message, and the level."""
    if error is None:
        return ISSUED, "INFO"
    return ("failed", "ERROR") if error in FAILURES else ("refused", "WARN")


def _metrics(error: Error | None) -> tuple[Metric, ...]:
    if error is None:
        return (Metric.TOKENS_ISSUED,)
    if error in FAILURES:
        return (Metric.TOKENS_FAILED,)
    return (Metric.TOKENS_REFUSED, Metric.FAILED_LOGINS) if error is Error.INVALID_CLIENT else (Metric.TOKENS_REFUSED,)


def _directive(metric: Metric) -> dict[str, object]:
    dimensions = ["FunctionName", "Reason"] if metric is Metric.TOKENS_REFUSED else ["FunctionName"]
    return {"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": [{"Name": metric, "Unit": "Count"}]}
