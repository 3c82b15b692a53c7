"""An authorizer that breaks one promise: the real one, whose answer is turned round where the file ``SWITCH`` says so.

It runs in Lambda, beside the package of the authorizer.
"""

import base64
import json
from pathlib import Path
from typing import Any

from authorizer import handler as ours

SWITCH = Path("...")
"""Replaced when it is deployed."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The answer of the authorizer, unless the promise that is broken is about this request."""
    answer: dict[str, Any] = dict(ours.handler(event, context))
    broken = json.loads(SWITCH.read_text(encoding="utf-8"))
    reason = (answer.get("context") or {}).get("reason")
    token = (event.get("headers") or {}).get("authorization", "")
    if reason is not None and reason == broken.get("accepts") and broken.get("subject", "") in _claims(token):
        return {"isAuthorized": True}
    if answer["isAuthorized"] and broken.get("denies") in (token[:7], *_claims(token)):
        return {"isAuthorized": False}
    if broken.get("accepts") == "query" and "access_token" in (event.get("queryStringParameters") or {}):
        return {"isAuthorized": True}
    return answer


def _claims(authorization: str) -> list[str]:
    """The names of the claims, the subject, and an empty text, which is among them always."""
    parts = authorization.split(".")
    if len(parts) < 3 or not parts[1]:
        return [""]
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return ["", str(claims.get("sub")), *claims]
