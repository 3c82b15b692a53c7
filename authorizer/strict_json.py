"""JSON objects as JOSE requires them: UTF-8, no duplicate members, finite numbers, limited depth (RFC 8259, RFC 7515
section 4)."""

from json import JSONDecoder, dumps

MAX_DEPTH = 16
"""The maximum nesting of objects and arrays: ten times what access tokens use, and far below the interpreter's own limit."""


def loads(octets: bytes) -> dict[str, object]:
    """The JSON object in ``octets``.

    Raises ``ValueError`` (possibly its subclass ``UnicodeDecodeError``) for anything else: values other than an object,
    encodings other than UTF-8, a byte order mark, an unpaired surrogate, a duplicate member, ``NaN`` and ``Infinity``,
    numbers beyond a double (``1e999``), and more than ``MAX_DEPTH`` levels.
    """
    text = octets.decode("utf-8")
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"more than {MAX_DEPTH} levels")
    value = _DECODER.decode(text)
    if type(value) is not dict:
        raise ValueError("not an object")
    if "\\u" in text:
        # An escaped unpaired surrogate passes the decoding above, but the value could not be encoded anywhere later.
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
        raise ValueError("duplicate member")
    return value


def _reject_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if value in _INFINITIES:  # other parsers may reject it, or read it as the largest double
        raise ValueError("a number is out of range")
    return value


_INFINITIES = (float("inf"), float("-inf"))

_DECODER = JSONDecoder(object_pairs_hook=_object, parse_constant=_reject_constant, parse_float=_finite)
