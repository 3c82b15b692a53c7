"""The Lambda function behind the well-known endpoints: it returns documents that were written at deployment."""

import json
import os
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "documents.json"), encoding="utf-8") as _file:  # noqa: PTH118, PTH120, PTH123
    _DOCUMENTS: dict[str, str] = json.load(_file)

_MAX_AGE = 300


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer ``GET /.well-known/...``; verifiers and proxies may cache the response for five minutes."""
    name = event["routeKey"].rpartition("/")[2]
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": f"public, max-age={_MAX_AGE}"},
        "body": _DOCUMENTS[name],
    }
