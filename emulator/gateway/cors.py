"""CORS of an API: preflight requests are answered here, all other ``OPTIONS`` requests go to their routes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from typing import Any

from .request import Request, Response


def preflight(configuration: dict[str, Any], request: Request) -> Response | None:
    """The answer to a preflight request, which has both of the headers that make it one; ``None`` for any other."""
    is_preflight = "origin" in request.headers and "access-control-request-method" in request.headers
    if not configuration or request.method != "OPTIONS" or not is_preflight:
        return None
    fields = _shared(configuration, request.headers["origin"])
    if fields:
        for name, key in (("allow-methods", "allowMethods"), ("allow-headers", "allowHeaders")):
            if configuration.get(key):
                fields.append((f"access-control-{name}", ",".join(configuration[key])))
        if configuration.get("maxAge") is not None:
            fields.append(("access-control-max-age", str(configuration["maxAge"])))
    return Response(204, fields)


def add_headers(configuration: dict[str, Any], request: Request, response: Response) -> None:
    """Replaces the CORS headers of an integration by the configured ones. Without a configuration, its own stay."""
    if not configuration:
        return
    response.fields = [(name, value) for name, value in response.fields if not name.startswith("access-control-")]
    response.fields += _shared(configuration, request.headers.get("origin", ""))


def _shared(configuration: dict[str, Any], origin: str) -> list[tuple[str, str]]:
    """None if the origin may not read the response."""
    allowed = configuration.get("allowOrigins") or []
    scheme = origin.partition("://")[0].lower()
    if not origin:
        return []
    if "*" in allowed:
        answer = "*"
    elif origin in allowed or (scheme in ("http", "https") and f"{scheme}://*" in allowed):
        answer = origin
    else:
        return []
    fields = [("access-control-allow-origin", answer)]
    if configuration.get("allowCredentials"):
        fields.append(("access-control-allow-credentials", "true"))
    if configuration.get("exposeHeaders"):
        fields.append(("access-control-expose-headers", ",".join(configuration["exposeHeaders"])))
    return fields
