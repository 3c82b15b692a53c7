"""The Lambda function behind the ``OPTIONS`` routes that CORS adds: it does nothing, whoever the caller is."""


def handler(event: object, context: object) -> dict[str, object]:
    """204 No Content. Preflight requests do not reach it: API Gateway answers them itself, and adds the CORS headers."""
    return {"statusCode": 204}
