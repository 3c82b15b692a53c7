"""Inputs for property tests and fuzzing: mutated tokens, well signed tokens with arbitrary content, arbitrary events."""

from typing import Any

from hypothesis import strategies as st

from testkit.encoding import base64url, compact_json, from_base64url
from testkit.signers import ALGORITHMS, kid, signer
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, claims, header, sign, signing_input, token

_SIGNERS = st.sampled_from(ALGORITHMS).map(signer)
"""A key is made when it is drawn for the first time, and not in each process that only collects tests."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=12,
)

_DATES: tuple[Any, ...] = (
    *(NOW - 3600, NOW - 1, NOW - 0.5, NOW, NOW + 0.5, NOW + 1, NOW + 600, NOW + 600.5, 0, 253402300799),
    *(-1, 10**30, NOW * 1000, 1e300, str(NOW + 600), True, None, [NOW + 600]),
)
_TEXTS: tuple[Any, ...] = ("", "user-2", "a\nb", "\ud800", "Zo\u00eb", 7, True, None, ["user-1"], {})

_NEAR_CLAIMS: dict[str, tuple[Any, ...]] = {
    "iss": (ISSUER, f"{ISSUER}/", ISSUER[:-1], ISSUER.upper(), [ISSUER], None, ABSENT),
    "aud": (AUDIENCE, [AUDIENCE], ["x", AUDIENCE], [AUDIENCE, 1], [], AUDIENCE[:-1], {AUDIENCE: 1}, None, ABSENT),
    "exp": (*_DATES, ABSENT),
    "nbf": (*_DATES, ABSENT),
    "iat": (*_DATES, ABSENT),
    "sub": (*_TEXTS, ABSENT),
    "jti": (*_TEXTS, ABSENT),
    "scope": (*_TEXTS, "orders:read", ABSENT),
    "x": (*_TEXTS, *_DATES),
}
"""What is right, and what is nearly right."""

_NEAR_PARAMETERS: dict[str, tuple[Any, ...]] = {
    "alg": (*ALGORITHMS, "none", "HS256", "", None, ABSENT),
    "typ": ("JWT", "at+jwt", "application/at+jwt", "jwt", "", "x", None, ABSENT),
    "kid": (*map(kid, ALGORITHMS), "", "x", 1, None, ABSENT),
    "crit": ([], ["exp"], ["b64"], None),
    "b64": (True, False, None),
    "jwk": (signer("ES256").jwk, {}, None),
    "cty": ("JWT", ""),
    "x5t": ("AAAA", 1, None),
    "x": (*_TEXTS, {"y": [1]}),
}


def _changes(near: dict[str, tuple[Any, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    values = {name: st.tuples(st.just(name), st.sampled_from(near[name]) | JSON) for name in near}
    return st.lists(st.sampled_from(sorted(near)).flatmap(values.__getitem__), max_size=3).map(dict)


# Here, since Hypothesis examines a strategy that is made anew in each example anew.
_CHANGED_CLAIMS = _changes(_NEAR_CLAIMS)
_CHANGED_PARAMETERS: st.SearchStrategy[dict[str, Any]] = st.just({}) | _changes(_NEAR_PARAMETERS)


@st.composite
def resigned_tokens(draw: st.DrawFn) -> str:
    """Well signed tokens, some of whose claims and header parameters are nearly right, or anything."""
    key = draw(_SIGNERS)
    changed = draw(_CHANGED_CLAIMS)
    parameters = draw(_CHANGED_PARAMETERS)
    return token(key, claims(**changed), header(key, **parameters))


@st.composite
def respelled_tokens(draw: st.DrawFn) -> str:
    """Well signed tokens whose JSON has been tampered with as text: a member twice, white space, other octets."""
    key = draw(_SIGNERS)
    texts = [compact_json(header(key)), compact_json(claims())]
    for _ in range(draw(st.integers(1, 2))):
        which = draw(st.integers(0, 1))
        texts[which] = _respelled(texts[which], draw)
    return sign(key, signing_input(*texts))


@st.composite
def mutated_tokens(draw: st.DrawFn) -> str:
    """Good tokens after a bit was flipped or a few characters changed; some of that may leave the signature whole."""
    parts = token(draw(_SIGNERS)).split(".")
    changes = draw(st.integers(0, 3))
    if not changes or draw(st.booleans()):
        which = draw(st.integers(0, 2))
        parts[which] = base64url(_flipped(from_base64url(parts[which]), draw))
    text = ".".join(parts)
    for _ in range(changes):
        text = _mutated(text, draw)
    return text


def _respelled(text: bytes, draw: st.DrawFn) -> bytes:
    at = draw(st.integers(0, len(text)))
    match draw(st.sampled_from(["insert", "delete", "flip", "member", "space", "encoding"])):
        case "insert":
            return text[:at] + draw(st.sampled_from(_OCTETS)) + text[at:]
        case "delete":
            return text[:at] + text[at + draw(st.integers(1, 5)) :]
        case "flip":
            return _flipped(text, draw)
        case "member":
            name, value = draw(st.sampled_from(_MEMBERS)), compact_json(draw(JSON))
            return text[:-1] + b',"' + name + b'":' + value + b"}"
        case "space":
            return text.replace(b",", draw(st.sampled_from([b" , ", b",\n", b"\r\n\t,", b",\x0b", b", \xc2\xa0"])))
    return text.decode("latin-1").encode(
        draw(st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]))
    )


def _mutated(text: str, draw: st.DrawFn) -> str:
    at = draw(st.integers(0, max(len(text) - 1, 0)))
    match draw(st.sampled_from(["replace", "insert", "delete", "truncate", "case", "swap", "mix", "double"])):
        case "replace":
            return f"{text[:at]}{draw(_CHARACTERS)}{text[at + 1 :]}"
        case "insert":
            return f"{text[:at]}{draw(_CHARACTERS)}{text[at:]}"
        case "delete":
            return text[:at] + text[at + 1 :]
        case "truncate":
            return text[:at]
        case "case":
            return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]
        case "swap":
            return ".".join(draw(st.permutations(text.split("."))))
        case "mix":
            other = token(draw(_SIGNERS), claims(sub="user-2")).split(".")
            return ".".join(draw(st.sampled_from(pair)) for pair in zip(text.split("."), other, strict=False))
    return f"{text}{draw(st.sampled_from(['.', ' ', ',', '=']))}{text}"


def _flipped(octets: bytes, draw: st.DrawFn) -> bytes:
    if not octets:
        return b"\0"
    bit = draw(st.integers(0, len(octets) * 8 - 1))
    return (int.from_bytes(octets) ^ 1 << bit).to_bytes(len(octets))


_CHARACTERS = st.sampled_from([*"AQgw019-_=+/. \t\n\0~", "\u00e9", "\ud800"])

_OCTETS = [b'"', b"\\", b"\\u0041", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\0", b"\n", b"\xef\xbb\xbf"]
_OCTETS += [b"NaN", b"1e999", b"-0", b"\xff", b"\xc3\xa9", b'"exp":1,', b'"x":1,']

_MEMBERS = [b"alg", b"kid", b"typ", b"exp", b"sub", b"aud", b"scope", b"x", b"", b"\\u0065xp", b"crit"]

TOKENS = st.one_of(mutated_tokens(), resigned_tokens(), respelled_tokens())

AUTHORIZATIONS = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200).map(lambda octets: octets.decode("latin-1")),
    TOKENS,
    TOKENS.map("Bearer {}".format),
    TOKENS.map("bearer  {}".format),
)


def event(authorization: object, **changes: Any) -> dict[str, Any]:
    """An event with this header and anything else."""
    return {"version": "2.0", "routeKey": "GET /orders", "headers": {"authorization": authorization}, **changes}


EVENTS = st.one_of(
    JSON,
    AUTHORIZATIONS.map(event),
    JSON.map(event),
    st.builds(lambda text, other: event(text, requestContext=other, routeKey=other), AUTHORIZATIONS, JSON),
    st.builds(lambda name, text: {"version": "2.0", "headers": {name: text}}, st.text(max_size=15), AUTHORIZATIONS),
)
