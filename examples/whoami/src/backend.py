"""A Lambda function that shows what an API Gateway HTTP API passes to its backend."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Return the route and the authorizer's context: the verified claims, without the token."""
    authorizer = event["requestContext"].get("authorizer", {}).get("lambda")
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps({"route": event["routeKey"], "authorizer": authorizer}),
    }
