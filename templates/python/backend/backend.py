"""The backend: a Lambda function that returns the verified claims."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer a request that the authorizer has allowed. A request to a public route has no authorizer context."""
    claims = event["requestContext"].get("authorizer", {}).get("lambda")
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps({"route": event["routeKey"], "claims": claims}),
    }
