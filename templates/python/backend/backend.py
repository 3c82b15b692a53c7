"""The backend: a Lambda function that answers with the claims which the authorizer verified."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer a request that API Gateway has let in. A public route comes without an authorizer."""
    claims = event["requestContext"].get("authorizer", {}).get("lambda")
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps({"route": event["routeKey"], "claims": claims}),
    }
