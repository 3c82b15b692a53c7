"""Route keys: what API Gateway accepts as the key of an HTTP API route.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import re
from collections.abc import Iterable

from .faults import Faults

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
DEFAULT_ROUTE = "$default"

_PARAMETER = re.compile(r"\{[A-Za-z0-9._:-]+\}")
_GREEDY_PARAMETER = re.compile(r"\{[A-Za-z0-9._:-]+\+\}")
_LITERAL = re.compile(r"(?:[A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})+")

_OTHER_PARAMETER = re.compile(
    r""" :(?P<colon>[A-Za-z_]\w*)(?P<colon_tail>\W.*)?                    # Express, Rails: ":id", ":id?", ":path*"
    | <(?:[^<>:]*:)?(?P<angle>\w+)>                                      # Flask, Django: "<id>", "<int:id>"
    | \[(?P<dots>(?:\.\.\.)?)(?P<square>\w+)\]                           # Next.js: "[id]", "[...slug]"
    | \{\*{1,2}(?P<starred>\w+)\}                                       # ASP.NET: "{*path}"
    | \{(?P<typed>\w+)(?P<typed_tail>:.*|\?|\*{1,2})\}                   # ASP.NET, Spring: "{id?}", "{path:.*}"
    """,
    re.VERBOSE,
)
"""A parameter in the notation of other routers."""


def route_key_fault(route_key: str) -> str | None:
    """Why ``route_key`` is invalid and what to write instead; ``None`` if API Gateway accepts it."""
    if route_key == DEFAULT_ROUTE:
        return None
    method, space, path = route_key.partition(" ")
    if not space or method not in METHODS:
        return f"must be $default, or a method ({', '.join(METHODS)}), a space and a path, such as GET /orders/{{id}}"
    if not path.startswith("/"):
        return f"the path must start with a slash: {method} {_translated('/' + path.strip(' /'))}"
    if path == "/":
        return None
    if path.endswith("/"):
        return f"the path must not end with a slash: {method} {_translated(path.rstrip('/')) or '/'}"
    *parents, last = path[1:].split("/")
    for segment in [*parents, last]:
        if segment in ("*", "**"):
            return f"{segment!r} is not a wildcard here: write {method} {_translated(path)}"
        if _parameter(segment, "") != segment:
            return f"{segment!r} is not a parameter here: write {method} {_translated(path)}"
    for segment in parents:
        if _GREEDY_PARAMETER.fullmatch(segment):
            return f"a greedy parameter such as {segment} must be the last part of the path"
    for segment in [*parents, last]:
        if not any(pattern.fullmatch(segment) for pattern in (_LITERAL, _PARAMETER, _GREEDY_PARAMETER)):
            return (
                f"{segment!r} must be the literal text of a path segment, or a {{parameter}} that is the whole segment"
            )
    return None


def check_route_keys(route_keys: Iterable[str], faults: Faults) -> None:
    """Record in ``faults`` keys that API Gateway rejects, and keys that no request would ever match."""
    seen: dict[str, str] = {}
    for route_key in route_keys:
        if fault := route_key_fault(route_key):
            faults.below(route_key).add(fault)
        elif (first := seen.setdefault(path_pattern(route_key), route_key)) != route_key:
            # Which of them API Gateway takes is not documented, and they may differ in what they require.
            faults.below(route_key).add(f"matches the same requests as {first}: remove one of them")


def _translated(path: str) -> str:
    """``path`` with the parameters and wildcards of other routers in the notation of API Gateway."""
    *parents, last = path.split("/")
    return "/".join([*(_parameter(segment, "") for segment in parents), _parameter(last, "+")])


def _parameter(segment: str, greedy: str) -> str:
    """``segment``, translated. ``greedy`` is "+" at the end of the path, where a parameter may match several segments."""
    if segment in ("*", "**"):
        return "{proxy+}" if greedy else "{name}"
    if not _PARAMETER.fullmatch(segment) and (found := _OTHER_PARAMETER.fullmatch(segment)):
        name = next(found[group] for group in ("colon", "angle", "square", "starred", "typed") if found[group])
        tail = (found["colon_tail"] or "") + (found["typed_tail"] or "")
        several = found["dots"] or found["starred"] or tail[:1] in ("*", "+") or ".*" in tail or ".+" in tail
        return f"{{{name}{greedy if several else ''}}}"
    return segment


def path_pattern(path: str) -> str:
    """What ``path`` matches: the same text for paths that differ only in the names of their parameters."""
    return _PARAMETER.sub("{}", _GREEDY_PARAMETER.sub("{+}", path))


def invocation_path(route_key: str) -> str:
    """``<method>/<path>``, the end of the source ARN with which the route invokes a Lambda function; ``*`` for any method."""
    if route_key == DEFAULT_ROUTE:
        return DEFAULT_ROUTE
    method, _, path = route_key.partition(" ")
    return f"{'*' if method == 'ANY' else method}{path}"
