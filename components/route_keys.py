"""Route keys: what API Gateway takes as the key of an HTTP API route.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import re

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
DEFAULT_ROUTE = "$default"

_PARAMETER = re.compile(r"\{[A-Za-z0-9._:-]+\}")
_GREEDY_PARAMETER = re.compile(r"\{[A-Za-z0-9._:-]+\+\}")
_LITERAL = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+")


def route_key_fault(route_key: str) -> str | None:
    """What is wrong with ``route_key`` and what to write instead; ``None`` if API Gateway takes it."""
    if route_key == DEFAULT_ROUTE:
        return None
    method, space, path = route_key.partition(" ")
    if not space or method not in METHODS:
        return f"must be $default, or a method ({', '.join(METHODS)}), a space and a path, as in GET /orders/{{id}}"
    if not path.startswith("/"):
        return f"the path must start with a slash: {method} /{path.strip(' /')}"
    if path == "/":
        return None
    if path.endswith("/"):
        return f"the path must not end with a slash: {method} {path.rstrip('/')}"
    *parents, last = path[1:].split("/")
    for segment in parents:
        if _GREEDY_PARAMETER.fullmatch(segment):
            return f"a greedy parameter such as {segment} must be the last part of the path"
    for segment in [*parents, last]:
        if not any(pattern.fullmatch(segment) for pattern in (_LITERAL, _PARAMETER, _GREEDY_PARAMETER)):
            return f"{segment!r} is neither the literal text of a path segment nor a {{parameter}}"
    return None


def invocation_path(route_key: str) -> str:
    """``<method>/<path>``, the end of the ARN under which the route invokes a Lambda function; ``*`` for any method."""
    if route_key == DEFAULT_ROUTE:
        return DEFAULT_ROUTE
    method, _, path = route_key.partition(" ")
    return f"{'*' if method == 'ANY' else method}{path}"
