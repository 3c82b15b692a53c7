"""What became of one request, and why."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..terminal import GREEN, RED, YELLOW, Line, Span
from .apis import Api

_OF_THE_GATEWAY = {
    "UNAUTHORIZED": ("no token", "an identity source is missing or empty"),
    "RESOURCE_NOT_FOUND": ("no route", ""),
    "THROTTLED": ("throttled", ""),
}
"""By the type of API Gateway's response: a verdict, and what to add to it."""

_LONGEST = 200


@dataclass(frozen=True)
class Verdict:
    """One answered request."""

    moment: float
    api: str
    method: str
    path: str
    status: int
    milliseconds: int
    allowed: bool
    word: str
    """``allowed``, ``public``, the authorizer's reason, or what API Gateway makes of it."""
    detail: str = ""
    sub: str | None = None
    cached: bool = False
    """Whether API Gateway had the authorizer's answer already."""

    def line(self) -> Line:
        """As ``12:01:09 GET /orders 403 1 ms insufficient_scope: needs orders:read``."""
        style = GREEN if self.allowed and self.status < 400 else RED if not self.allowed else YELLOW
        said = _short(self.word + (f": {self.detail}" if self.detail else ""))
        more = (f"  sub={_short(self.sub)}" if self.sub else "") + ("  (cached)" if self.cached else "")
        began = f"{time.strftime('%H:%M:%S', time.localtime(self.moment))} {self.method} {_short(self.path)}  "
        return [
            Span(began),
            Span(str(self.status), style),
            Span(f"  {self.milliseconds} ms  "),
            Span(said, style),
            Span(more),
        ]

    def fields(self) -> Mapping[str, Any]:
        """For programs."""
        return {
            "time": self.moment,
            "api": self.api,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "milliseconds": self.milliseconds,
            "allowed": self.allowed,
            "verdict": self.word,
            "detail": self.detail,
            "sub": self.sub,
            "cached": self.cached,
        }


def _short(text: str) -> str:
    """What a line has room for of what others have written."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def verdict(entry: Mapping[str, Any], apis: Iterable[Api]) -> Verdict | None:
    """Of an entry of the gateway's journal; ``None`` if it is about another stack's API."""
    api = next((api for api in apis if api.id == entry["api"]), None)
    if api is None:
        return None
    allowed, word, detail = _judged(entry, api)
    return Verdict(
        entry["time"],
        api.name,
        entry["method"],
        entry["path"],
        entry["status"],
        entry["milliseconds"],
        allowed,
        word,
        detail,
        str(entry["sub"]) if entry["sub"] is not None else None,
        entry["cached"],
    )


def _judged(entry: Mapping[str, Any], api: Api) -> tuple[bool, str, str]:
    error, reason = entry["error"], entry["reason"]
    if error == "ACCESS_DENIED":
        return False, str(reason or "denied"), _wanted(reason, entry["route"], api)
    if error in _OF_THE_GATEWAY:
        word, detail = _OF_THE_GATEWAY[error]
        return False, word, detail
    passed = "allowed" if entry["protected"] else "public"
    if error and error.startswith("INTEGRATION"):
        return True, passed, f"{error}: {entry['detail'] or 'the backend failed'}"
    if error:
        return False, str(error), str(entry["detail"] or "")
    return True, passed, ""


def _wanted(reason: str | None, route_key: str | None, api: Api) -> str:
    """What the authorizer's configuration asks for, where that is short enough to be said."""
    config: Mapping[str, Any] = api.config or {}
    route = next((route for route in api.routes if route.key == route_key), None)
    match reason:
        case "insufficient_scope" if route:
            return f"needs {route.asks.partition(', ')[2]}"
        case "wrong_audience":
            return f"needs aud {' or '.join(config.get('audiences') or ())}"
        case "wrong_issuer":
            return f"needs iss {' or '.join(config.get('issuers') or ())}"
        case "missing_claim":
            return f"needs {', '.join(['exp', *(config.get('required_claims') or ())])}"
    return ""
