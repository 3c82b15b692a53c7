"""Parameter mappings: how API Gateway changes requests and responses, and which mappings it rejects.

The rules are those of the developer guide; what it does not mention is accepted.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
"""

import difflib
import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

import pulumi

from .faults import Faults
from .late_checks import checked_later

_ACTIONS = ("append", "overwrite", "remove")


class _Side(NamedTuple):
    """What mappings of requests, or of responses, may change and read."""

    named: tuple[str, ...]
    """The parts that are changed by name, with any action."""
    whole: str
    """The part that can only be overwritten."""
    keys: str
    """The supported keys, for messages."""
    sources: Mapping[str, tuple[str, ...]]
    """Root of a variable -> what may follow it; empty if a name follows."""


_SHARED = {"context": (), "stageVariables": ()}

REQUEST = _Side(
    ("header", "querystring"),
    "path",
    "append:, overwrite: or remove:, then header.NAME or querystring.NAME, or overwrite:path",
    {"request": ("header", "querystring", "body", "path"), **_SHARED},
)
RESPONSE = _Side(
    ("header",),
    "statuscode",
    "append:, overwrite: or remove:, then header.NAME, or overwrite:statuscode",
    # An older edition of the guide lists request headers here.
    {"response": ("header", "body"), "request": ("header",), **_SHARED},
)

_RESERVED = {
    *("authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded"),
    *("keep-alive", "origin"),
    *("proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade", "via"),
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
}
_RESERVED_PREFIXES = ("access-control-", "apigw-", "x-amz-", "x-amzn-")
"""Headers that no mapping may change: section "Reserved headers" of the guide."""

FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110 section 5.1."""

_REST_KEY = re.compile(r"(?:integration|method)\.(?:request|response)\.(header|querystring|path)(?:\.(.+))?")
_REST_VALUE = re.compile(
    r"(?:method|integration)\.(?P<root>request|response)\.(?:multivalue)?"
    r"(?P<part>header|querystring|path|body)(?P<name>\..+)?"
    r"|(?P<bare>(?:request|response)\.(?:header|querystring|path|body)\.[\w.-]+"
    r"|context\.(?:authorizer|identity)\.[\w.-]+"
    r"|context\.(?:accountId|apiId|domainName|httpMethod|path|protocol|requestId|requestTime|routeKey|stage)"
    r"|stageVariables\.\w+)"
)
"""Variables in the notation of REST APIs, which HTTP APIs treat as text."""

_BRACKETED = re.compile(r"\$\{([^{}]*)\}")
_UNBRACKETED = re.compile(r"\$((?:request|response)(?:\.[\w-]+)+|(?:context|stageVariables)(?:\.\w+)+)")
_AT_THE_START = re.compile(r"\$[A-Za-z]+\.")
_CONTEXT_NAME = re.compile(r"[A-Za-z0-9._]+")
_STAGE_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_]+")
_TEXT_BESIDE = re.compile(r"(?<=\w)[ /?&=,;].*", re.DOTALL)
"""Text after ``context`` or a stage variable without brackets, in characters that cannot be part of its name."""
_STATUS = re.compile(r"[1-5][0-9]{2}")


def check_mappings(mappings: Mapping[str, pulumi.Input[str]], side: _Side, faults: Faults) -> None:
    """Record in ``faults`` the keys and values that API Gateway rejects. Values that are not known yet are ignored."""
    for key, value in mappings.items():
        below = faults.below(key)
        if fault := _key_fault(key, side):
            below.add(fault)
        if isinstance(value, str) and (fault := _mapped_fault(key, value, side)):
            below.add(fault)


def checked_mappings(
    mappings: Mapping[str, pulumi.Input[str]], side: _Side, faults: Faults
) -> dict[str, pulumi.Input[str]]:
    """``mappings``, whose Outputs fail with ``InvalidArgs`` if their values are invalid."""
    return {
        key: checked_later(value, functools.partial(_mapped_fault, key, side=side), faults.below(key))
        for key, value in mappings.items()
    }


def check_value(value: pulumi.Input[str], side: _Side, faults: Faults) -> None:
    """Record in ``faults`` a value that API Gateway rejects, or would treat as text although a variable is meant."""
    if isinstance(value, str) and (fault := _value_fault(value, side)):
        faults.add(fault)


def _mapped_fault(key: str, value: object, side: _Side) -> str | None:
    if not isinstance(value, str):
        return f"must be a string, and is {value!r}"
    if fault := _value_fault(value, side):
        return fault
    if side is RESPONSE and key == "overwrite:statuscode" and "$" not in value and not _STATUS.fullmatch(value):
        return f'must be a status such as "403", and is {value!r}'
    return None


def _key_fault(key: str, side: _Side) -> str | None:
    if rest := _REST_KEY.fullmatch(key):
        return f"is the notation of REST APIs: write {_key_instead(rest[1], rest[2], side)}"
    action, colon, target = key.partition(":")
    if not colon:
        location, _, name = key.partition(".")
        if location in _ACTIONS:
            instead = f"{location}:{name}"
            return f"has no colon after the action: write {instead if _key_fault(instead, side) is None else side.keys}"
        return f"has no action: write {_key_instead(location, name, side)}"
    location, dot, name = target.partition(".")
    if action not in _ACTIONS:
        close = difflib.get_close_matches(action.lower(), _ACTIONS, n=1)
        meant = f"{close[0]}:{target}" if close else _key_instead(location, name, side)
        return f"{action!r} is not a valid action: write {meant}"
    if location == side.whole:
        if action != "overwrite":
            return f"the {side.whole} can only be overwritten: write overwrite:{side.whole}"
        return f"the {side.whole} has no parts: write overwrite:{side.whole}" if dot else None
    if location not in side.named:
        close = difflib.get_close_matches(location.lower(), [*side.named, side.whole], n=1, cutoff=0.8)
        return f"{location!r} cannot be changed here: write {_key_instead(close[0] if close else '', name, side)}"
    if not name:
        return f"has no name of the {location}: write {action}:{location}.NAME"
    return _header_fault(name) if location == "header" else None


def _key_instead(location: str, name: str | None, side: _Side) -> str:
    """The key that was probably meant."""
    if location in side.named:
        return f"overwrite:{location}.{name or 'NAME'}, or append: or remove:"
    return f"overwrite:{side.whole}" if location == side.whole else side.keys


def _header_fault(name: str) -> str | None:
    if not FIELD_NAME.fullmatch(name):
        return f"{name!r} is not a valid header name (RFC 9110 section 5.1)"
    if name.lower() in _RESERVED or name.lower().startswith(_RESERVED_PREFIXES):
        advice = "set cors" if name.lower().startswith("access-control-") else "use a header of another name"
        return f"{name} is reserved by API Gateway, and mappings cannot change it: {advice}"
    return None


def _value_fault(value: str, side: _Side) -> str | None:
    if rest := _REST_VALUE.fullmatch(value):
        meant = rest["bare"] or f"{rest['root']}.{rest['part']}{rest['name'] or ''}"
        return f"{value!r} is the notation of REST APIs, which HTTP APIs treat as text: write ${meant}"
    bracketed, text = _BRACKETED.findall(value), _BRACKETED.sub("", value)
    unbracketed: list[str] = _UNBRACKETED.findall(text)
    if "${" in text:
        return f"{value!r} has a ${{ without a variable and its closing }}"
    if unbracketed and len(unbracketed) + len(bracketed) > 1:
        instead = _UNBRACKETED.sub(r"${\1}", value)
        return f"{value!r} has more than one variable, each of which needs brackets: write {instead}"
    if _AT_THE_START.match(value):
        unbracketed = [value[1:]]
    for variable in [*bracketed, *unbracketed]:
        if fault := _variable_fault(variable, side):
            return f"{'$' + variable!r} {fault}"
    return None


def _variable_fault(variable: str, side: _Side) -> str | None:
    """Why ``root.part.name``, without the ``$``, is invalid."""
    root, _, path = variable.partition(".")
    if root not in side.sources:
        close = difflib.get_close_matches(root.lstrip("$"), side.sources, n=1)
        roots = ", ".join(f"${root}" for root in side.sources)
        return f"is not a variable here: they start with {roots}" + (f"; did you mean ${close[0]}?" if close else "")
    if root == "context":
        if not _CONTEXT_NAME.fullmatch(_TEXT_BESIDE.sub("", path)):
            return (
                "must be $context. and a name of letters, digits, '.' and '_': a claim with another name cannot be mapped, "
                "and a variable next to such text needs brackets, such as ${context.requestId}"
            )
    elif root == "stageVariables":
        if not _STAGE_VARIABLE_NAME.fullmatch(_TEXT_BESIDE.sub("", path)):
            return "must be $stageVariables. and a name of letters, digits and '_'"
    else:
        return _message_part_fault(root, path, side.sources[root])
    return None


def _message_part_fault(root: str, path: str, parts: tuple[str, ...]) -> str | None:
    """Why ``path``, which follows ``$request.`` or ``$response.``, is invalid."""
    part, dot, name = path.partition(".")
    if part.partition("[")[0] == "body" and "body" in parts:
        recursive = ".." in path or "?(" in path
        advice = (
            "has a recursive descent or a filter, which API Gateway does not support in a JSON path: name each member"
        )
        return advice if recursive else None
    if part not in parts:
        close = difflib.get_close_matches(part.lower(), parts, n=1)
        spelled = ", ".join(f"${root}.{known}" for known in parts)
        return f"is not a variable here: they are {spelled}" + (f"; did you mean ${root}.{close[0]}?" if close else "")
    if not name and (dot or part != "path"):
        return f"has no name: write ${root}.{part}.NAME"
    return None
