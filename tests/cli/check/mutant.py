"""An authorizer that breaks promises: the real one, whose answer is turned round where an expression in ``SWITCH`` holds.

It runs in Lambda, beside the package of the authorizer.
"""

import base64
import json
import time
from pathlib import Path
from typing import Any

from authorizer import handler as ours

SWITCH = Path("...")
"""Replaced when it is deployed. It has ``{"accepts": [...], "denies": [...]}``, expressions in the names below."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The answer of the authorizer, unless a promise that is broken is about this request."""
    answer: dict[str, Any] = dict(ours.handler(event, context))
    authorization = (event.get("headers") or {}).get("authorization", "")
    parts = authorization.removeprefix("Bearer ").split(".")
    names = {
        "authorization": authorization,
        "header": _part(parts, 0),
        "claims": _part(parts, 1),
        "reason": (answer.get("context") or {}).get("reason"),
        "query": event.get("queryStringParameters") or {},
        "now": time.time(),
    }
    broken = json.loads(SWITCH.read_text(encoding="utf-8"))
    turned = broken["denies"] if answer["isAuthorized"] else broken["accepts"]
    if any(eval(expression, names) for expression in turned):  # noqa: S307 - the tests' own expressions
        return {"isAuthorized": not answer["isAuthorized"]}
    return answer


def _part(parts: list[str], index: int) -> dict[str, Any]:
    if len(parts) < 3 or not parts[index]:
        return {}
    part = json.loads(base64.urlsafe_b64decode(parts[index] + "=" * (-len(parts[index]) % 4)))
    return part if isinstance(part, dict) else {}
