"""The lines of a session that are not about one request: what is deployed, a token, an error, the authorizer's log."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..terminal import BOLD, GREEN, RED, YELLOW, Line, Span
from .apis import Api
from .tokens import Trial

KEYS = {
    "r": "reload",
    "t": "new token",
    "l": "authorizer's log",
    "v": "resources",
    "q": "quit",
}
_PAST = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
_LONGEST_OUTPUT = 100
_OF_LAMBDA = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")


def moment() -> str:
    """Now, as at the beginning of a line."""
    return time.strftime("%H:%M:%S")


def changed(actions: Counter[str], seconds: float) -> str:
    """As ``2 updated, 1 deleted in 0.4 s``."""
    counts = ", ".join(f"{count} {_PAST[action]}" for action, count in actions.items())
    return f"{counts or 'nothing to change'} in {seconds:.1f} s"


def few(paths: list[str]) -> str:
    """As ``a.py, b.py, c.py and 2 more``."""
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def api_lines(apis: Iterable[Api], width: int) -> Iterator[Line]:
    """Each API with its endpoint, its routes, which take two lines each where one is wider than the terminal, and the functions
    of its authorizers."""
    for api in apis:
        yield [Span(api.name, BOLD), Span(f"  {api.endpoint}")]
        keys = max((len(route.key) for route in api.routes), default=0)
        asked = max((len(route.asks) for route in api.routes), default=0)
        led = max((len(f"-> {route.target}") for route in api.routes if route.target), default=0)
        for route in api.routes:
            style = RED if route.is_public else GREEN
            target = f"-> {route.target}" if route.target else ""
            if keys + asked + led + 3 * 2 > width:
                yield [Span(f"  {route.key}  "), Span(route.asks, style)]
                yield f"    {target}"
            else:
                yield [Span(f"  {route.key:<{keys}}  "), Span(f"{route.asks:<{asked}}", style), Span(f"  {target}")]
        yield from (f"  authorizer  {name}" for name in api.functions)


def output_lines(outputs: Mapping[str, Any]) -> Iterator[Line]:
    """The stack's outputs that fit a line; `--json` has all."""
    for name, value in sorted(outputs.items()):
        if isinstance(value, str | int | float) and len(str(value)) <= _LONGEST_OUTPUT:
            yield [Span(name, BOLD), Span(f"  {value}")]


def trial_lines(trial: Trial) -> Iterator[Line]:
    """The key, and the ``curl``."""
    if trial.why_not:
        yield f"{trial.api}: no token: {trial.why_not}"
        return
    yield [Span("key", BOLD), Span(f"  {trial.key}  {trial.alg}  kid {trial.kid}")]
    yield [Span("try", BOLD), Span(f"  {trial.curl}")]


def key_line() -> Line:
    """The keys that can be pressed."""
    return [Span("keys", BOLD), Span("  " + "  ".join(f"{key} {does}" for key, does in KEYS.items()))]


def error_line(where: str, message: str, *, served: bool) -> Line:
    """As ``12:01:20 error __main__.py:14 KeyError: 'a' (the last good stack is served)``."""
    kept = "the last good stack is served" if served else "nothing is served yet"
    return [Span(f"{moment()} "), Span("error", RED), Span(f" {where + ' ' if where else ''}{message} ({kept})")]


def message_lines(severity: str, text: str) -> Iterator[Line]:
    """As ``12:01:03 warning: ...``; what is only said for information has no such word. Further lines are indented."""
    first, *others = text.rstrip().split("\n")
    yield [Span(f"{moment()} "), Span("" if severity == "info" else f"{severity}: ", YELLOW), Span(first)]
    yield from (f"  {line}" for line in others)


def log_lines(events: Iterable[dict[str, Any]]) -> Iterator[Line]:
    """The authorizer's log: decisions in short, and without Lambda's own lines about each invocation."""
    for event in events:
        if event["message"].startswith(_OF_LAMBDA):
            continue
        at = time.strftime("%H:%M:%S", time.localtime(event["timestamp"] / 1000))
        yield f"  {at} {_decision(event['message'].rstrip())}"


def _decision(message: str) -> str:
    try:
        said = json.loads(message)
        names = ("Reason", "routeKey", "kid", "issuer", "latencyMs", "fault")
        return (
            "  ".join(str(said[name]) for name in names if said.get(name) is not None) if "Reason" in said else message
        )
    except (ValueError, TypeError, AttributeError):
        return message
