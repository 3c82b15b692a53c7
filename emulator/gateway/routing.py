"""Which stage and which route a request reaches.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import functools
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

DEFAULT = "$default"


class Match(NamedTuple):
    """A route and the values of its path variables."""

    route: dict[str, Any]
    path_parameters: dict[str, str]


def split_stage(path: str, stages: Iterable[str]) -> tuple[str | None, str]:
    """The stage that ``path`` begins with and the rest, or ``$default``, which is served from the root."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if first and first != DEFAULT and first in stages:
        return first, slash + rest or "/"
    return (DEFAULT if DEFAULT in stages else None), path


def match(routes: Iterable[dict[str, Any]], method: str, path: str) -> Match | None:
    """The most specific route: a full match before a greedy one, literal text before variables, a method before ANY."""
    best: tuple[tuple[Any, ...], Match] | None = None
    for route in routes:
        key = route["routeKey"]
        if key == DEFAULT:
            rank: tuple[Any, ...] = (2,)
            values: dict[str, str] | None = {}
        else:
            of, _, template = key.partition(" ")
            if of not in ("ANY", method):
                continue
            pattern, kinds = _compiled(template)
            found = pattern.fullmatch(path)
            values = found.groupdict() if found else None
            rank = (int(2 in kinds), kinds, of == "ANY")
        if values is not None and (best is None or rank < best[0]):
            best = rank, Match(route, {_name(name): value for name, value in values.items()})
    return best[1] if best else None


def template_of(route_key: str) -> str:
    """The path of a route key, such as ``/orders/{id}``; ``$default`` for that route."""
    return route_key if route_key == DEFAULT else route_key.partition(" ")[2]


@functools.lru_cache(maxsize=4096)
def _compiled(template: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """A pattern for the path, and for each part of it: 0 literal, 1 variable, 2 greedy variable."""
    pattern, kinds = "", []
    for part in template[1:].split("/"):
        if part.startswith("{") and part.endswith("}"):
            greedy = part.endswith("+}")
            kinds.append(2 if greedy else 1)
            name = part[1:-1].removesuffix("+").encode().hex()  # a name may have characters that a group may not
            pattern += f"/(?P<n{name}>{'.+' if greedy else '[^/]+'})"
        else:
            kinds.append(0)
            pattern += "/" + re.escape(part)
    return re.compile(pattern, re.DOTALL), tuple(kinds)


def _name(group: str) -> str:
    return bytes.fromhex(group[1:]).decode()
