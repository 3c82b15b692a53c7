"""JSON objects as JOSE means them: UTF-8, no member twice, finite numbers, bounded depth (RFC 8259, RFC 7515 section 4)."""

from json import JSONDecoder, dumps

MAX_DEPTH = 16
"""Nested objects and arrays; ten times what access tokens use, and far from the interpreter's own limit."""


def loads(octets: bytes) -> dict[str, object]:
    """The JSON object in ``octets``.

    Raises ``ValueError`` (``UnicodeDecodeError`` among them) for anything else: other values than an object, other
    encodings than UTF-8, a byte order mark, half a surrogate pair, a member that occurs twice, ``NaN`` and
    ``Infinity``, numbers that no double holds (``1e999``), and more than ``MAX_DEPTH`` levels.
    """
    text = octets.decode("utf-8")
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"more than {MAX_DEPTH} levels")
    value = _DECODER.decode(text)
    if type(value) is not dict:
        raise ValueError("not an object")
    if "\\u" in text:
        # Escaped, half a surrogate pair gets past the decoding above; what holds one fails wherever it is written.
        dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _depth(text: str) -> int:
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError("a member occurs twice")
    return value


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if value in _INFINITIES:  # the next reader may refuse it, or take it for the largest number there is
        raise ValueError("a number is out of range")
    return value


_INFINITIES = (float("inf"), float("-inf"))

_DECODER = JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite)
