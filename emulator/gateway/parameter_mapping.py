"""Parameter mappings of requests and responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
"""

import json
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from . import context
from .exchange import Exchange
from .refusal import Refusal, internal_error, not_there
from .request import Response, decoded, header_field

_BODY_BYTES = 100 * 1024
"""Only the beginning of a body is searched by a JSON path."""

_WHOLE = re.compile(r"\$(?:request|response|context|stageVariables)\..+", re.DOTALL)
_BRACKETED = re.compile(r"\$\{([^{}]*)\}")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]")

Fields = list[tuple[str, str]]


def request_headers(exchange: Exchange, mappings: Mapping[str, str], fields: Fields) -> Fields:
    """``fields``, changed as the mappings of a request say."""

    def made(name: str, value: str) -> tuple[str, str]:
        if (field := header_field(name, value)) is None:
            raise Refusal(400, "Bad Request", "BAD_REQUEST_PARAMETERS", f"{value!r} is no value of the header {name}.")
        return field

    return _changed(mappings, "header", fields, lambda value: evaluate(exchange, value), str.lower, made)


def request_query(exchange: Exchange, mappings: Mapping[str, str]) -> str:
    """The query string to send: the caller's own unless a mapping changes it."""
    if not any(key.partition(":")[2].startswith("querystring.") for key in mappings):
        return exchange.request.query
    pairs = [(name, value) for name, values in exchange.request.parameters.items() for value in values]
    changed = _changed(mappings, "querystring", pairs, lambda value: evaluate(exchange, value), str)
    return urllib.parse.urlencode(changed, quote_via=urllib.parse.quote)


def request_path(exchange: Exchange, mappings: Mapping[str, str]) -> str | None:
    """The path to send, escaped, if a mapping overwrites it."""
    if "overwrite:path" not in mappings:
        return None
    path = evaluate(exchange, mappings["overwrite:path"])
    quoted = urllib.parse.quote("/" + path.lstrip("/"), safe="/!$&'()*+,;=:@~%")
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quoted)


def change_response(exchange: Exchange, integration: dict[str, Any], response: Response) -> None:
    """Changes the response as the mappings for its status code say."""
    mappings = (integration.get("responseParameters") or {}).get(str(response.status)) or {}
    original = Response(response.status, list(response.fields), response.body)

    def made(name: str, value: str) -> tuple[str, str]:
        if (field := header_field(name, value)) is None:
            raise internal_error("INTEGRATION_FAILURE", f"{value!r} is no value of the header {name}.")
        return field

    response.fields = _changed(
        mappings, "header", response.fields, lambda value: evaluate(exchange, value, original), str.lower, made
    )
    if "overwrite:statuscode" in mappings:
        status = evaluate(exchange, mappings["overwrite:statuscode"], original)
        if not re.fullmatch("[2-5][0-9]{2}", status):
            raise internal_error("INTEGRATION_FAILURE", f"{status!r} is no status code.")
        response.status = int(status)


def evaluate(exchange: Exchange, value: str, response: Response | None = None) -> str:
    """``value`` with its variables replaced; a variable that has no value is replaced by nothing."""
    if _WHOLE.fullmatch(value):
        return context.text(_variable(exchange, value[1:], response))
    return _BRACKETED.sub(lambda found: context.text(_variable(exchange, found[1], response)), value)


def _changed(
    mappings: Mapping[str, str],
    part: str,
    pairs: Fields,
    value_of: Callable[[str], str],
    same: Callable[[str], str],
    made: Callable[[str, str], tuple[str, str]] = lambda name, value: (name, value),
) -> Fields:
    for key, expression in mappings.items():
        action, _, target = key.partition(":")
        of, _, name = target.partition(".")
        if of != part:
            continue
        name = same(name)
        value = "" if action == "remove" else value_of(expression)
        if action != "append":
            pairs = [pair for pair in pairs if same(pair[0]) != name]
        if value:
            pairs = [*pairs, made(name, value)]
    return pairs


def _variable(exchange: Exchange, expression: str, response: Response | None) -> Any:
    root, _, rest = expression.partition(".")
    if root == "context":
        return context.value(exchange, rest)
    if root == "stageVariables":
        return exchange.stage_variables.get(rest)
    part, _, name = rest.partition(".")
    if root == "response" and response is not None:
        if part == "header":
            return ",".join(value for field, value in response.fields if field == name.lower()) or None
        if part.startswith("body"):
            return _in_body(response.body, rest.removeprefix("body"))
    if root == "request":
        return _of_request(exchange, part, name, rest)
    raise not_there(f"the variable ${expression}")


def _of_request(exchange: Exchange, part: str, name: str, rest: str) -> Any:
    request = exchange.request
    if part == "header":
        return request.headers.get(name.lower())
    if part == "querystring":
        return ",".join(request.parameters[name]) if name in request.parameters else None
    if rest == "path":
        return decoded(exchange.path)
    if part == "path":
        return (exchange.match.path_parameters if exchange.match else {}).get(name)
    if part.startswith("body"):
        return _in_body(request.body, rest.removeprefix("body"))
    raise not_there(f"the variable $request.{rest}")


def _in_body(body: bytes, path: str) -> Any:
    """The whole body, or what a JSON path without filters leads to in it."""
    if not path:
        return body.decode("utf-8", errors="replace")
    steps = [(name or quoted) or int(index) for name, index, quoted in _STEP.findall(path)]
    if "".join(found[0] for found in _STEP.finditer(path)) != path:
        raise not_there(f"the JSON path {path}")
    try:
        found = json.loads(body[:_BODY_BYTES])
    except ValueError:
        return None
    for step in steps:
        try:
            found = found[step]
        except (IndexError, KeyError, TypeError):
            return None
    return found
