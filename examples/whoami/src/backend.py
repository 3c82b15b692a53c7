"""A Lambda function that shows what an API Gateway HTTP API hands to the backend behind it."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer with the route and the authorizer's context: the claims that were verified, and nothing of the token."""
    authorizer = event["requestContext"].get("authorizer", {}).get("lambda")
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps({"route": event["routeKey"], "authorizer": authorizer}),
    }
