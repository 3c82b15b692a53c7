"""A request authorizer with its output in view."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any, NamedTuple

from authorizer.decision_log import DecisionLog
from authorizer.key_source import key_source
from authorizer.request_authorizer import RequestAuthorizer
from testkit.tokens import NOW

if TYPE_CHECKING:
    from authorizer.key_source import KeySource
    from authorizer.request_authorizer import SimpleResponse


class Observation(NamedTuple):
    """What came of a request."""

    response: "SimpleResponse"
    output: str
    """Everything written to standard output and standard error."""

    @property
    def record(self) -> dict[str, Any]:
        """The one line of the log."""
        (line,) = self.output.splitlines()
        record: dict[str, Any] = json.loads(line)
        return record

    @property
    def reason(self) -> str:
        """As logged."""
        return str(self.record["Reason"])


class ObservedAuthorizer:
    """The real thing, configured by ``document``, whose output does not reach the terminal."""

    def __init__(self, document: Mapping[str, object], source: "KeySource | None" = None) -> None:
        log_level = str(document.get("log_level", "INFO"))
        self.authorizer = RequestAuthorizer(source or key_source(document), DecisionLog("function-1", log_level))

    def decide(self, event: object, now: float = NOW) -> Observation:
        """Let it decide about ``event`` at ``now``."""
        output = io.StringIO()
        with redirect_stdout(output), redirect_stderr(output):
            response = self.authorizer.decide(event, now)
        return Observation(response, output.getvalue())
