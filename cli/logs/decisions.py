"""The lines of decisions in a log group, as CloudWatch Logs has them.

They are asked for with ``FilterLogEvents``, which has what is past as well, and is not charged by the minute as Live Tail is.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..check.account import NotFound, read
from ..command import Undetermined
from ..json_input import parse_json

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

POLL_SECONDS = 2.0

_LATE_MILLISECONDS = 15_000
"""A line may arrive after younger ones: Lambda sends those of each instance in batches."""

_GOOD = ("allowed", "issued")
"""The ``Reason`` of what is not refused: the authorizer's, and the token service's."""

sleep = time.sleep


@dataclass(frozen=True)
class Decision:
    """One line of the log."""

    milliseconds: int
    """Since the epoch."""
    fields: Mapping[str, Any]

    @property
    def reason(self) -> str:
        """``allowed``, ``issued``, or why not."""
        return str(self.fields["Reason"])

    @property
    def denied(self) -> bool:
        """Whether the request was denied, or no token issued."""
        return self.reason not in _GOOD


class DecisionLog:
    """Those in ``group`` from ``since`` on, in milliseconds since the epoch; ``denied`` only, if asked for."""

    def __init__(self, logs: "CloudWatchLogsClient", group: str, since: int, denied: bool) -> None:
        self._logs = logs
        self._group = group
        self._since = since
        self._denied = denied
        self._seen: dict[tuple[object, object, object], int] = {}

    def read(self) -> list[Decision]:
        """Those that have not been read yet, oldest first. Raises ``Undetermined``, and ``NotChecked`` as ``read`` does."""
        new = []
        for event in self._events():
            key = (event.get("logStreamName"), event["timestamp"], event["message"])
            if key in self._seen:
                continue
            self._seen[key] = event["timestamp"]
            decision = _decision(event)
            if decision is not None and (decision.denied or not self._denied):
                new.append(decision)
        self._since = max(self._since, max(self._seen.values(), default=0) - _LATE_MILLISECONDS)
        self._seen = {key: when for key, when in self._seen.items() if when >= self._since}
        return sorted(new, key=lambda decision: decision.milliseconds)

    def follow(self) -> Iterator[list[Decision]]:
        """``read``, again and again."""
        while True:
            yield self.read()
            sleep(POLL_SECONDS)

    def _events(self) -> Iterator[Mapping[str, Any]]:
        reasons = "".join(f' && $.Reason != "{good}"' for good in _GOOD) if self._denied else ""
        wanted = {"startTime": self._since, "filterPattern": f'{{ $.Reason = "*"{reasons} }}'}
        token: dict[str, str] = {}
        while True:
            try:
                page = read(
                    "logs:FilterLogEvents", self._logs.filter_log_events, logGroupName=self._group, **wanted, **token
                )
            except NotFound:
                raise Undetermined(
                    f"there is no log group {self._group}: the function has not written yet, or its role may not"
                ) from None
            yield from page.get("events", ())
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}


def _decision(event: Mapping[str, Any]) -> Decision | None:
    """``None`` for a line of Lambda's own, or about something else."""
    try:
        fields = parse_json(event["message"])
    except ValueError:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("Reason"), str) or "FunctionName" not in fields:
        return None
    return Decision(int(event["timestamp"]), fields)
