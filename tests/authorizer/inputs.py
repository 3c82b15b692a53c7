"""Inputs for property tests and fuzzing: mutated tokens, tokens with arbitrary content, arbitrary headers and events."""

from typing import Any

from hypothesis import strategies as st

from .signers import Signer, signer
from .tokens import AUDIENCE, ISSUER, NOW, claims, header, token

SIGNERS = [signer(alg) for alg in ("ES256", "EdDSA", "RS256", "PS256")]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=12,
)

_NEAR_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        NOW - 1,
        NOW,
        NOW + 1,
        NOW + 0.5,
        str(NOW + 600),
        True,
        -1,
        10**30,
        [ISSUER],
        ISSUER,
        ISSUER + "/",
        AUDIENCE,
        "",
        {},
        None,
    ]
)

_CLAIM_NAMES = st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "scope", "scp", "crit", "x"])

_HEADER_NAMES = st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk", "jku", "zip", "cty", "x5c", "x"])


@st.composite
def resigned_tokens(draw: st.DrawFn) -> str:
    """Well-formed tokens with the right signature, some of whose claims and header parameters are anything."""
    key: Signer = draw(st.sampled_from(SIGNERS))
    changed = draw(st.dictionaries(_CLAIM_NAMES, _NEAR_VALUES | JSON, max_size=3))
    if draw(st.booleans()):
        return token(key, {**claims(), **changed})
    parameters = draw(st.dictionaries(_HEADER_NAMES, JSON, max_size=2))
    return token(key, {**claims(), **changed}, {**header(key), **parameters})


@st.composite
def mutated_tokens(draw: st.DrawFn) -> str:
    """Good tokens after a few small changes, most of which break the signature, and some of which may not."""
    text = token(draw(st.sampled_from(SIGNERS)))
    for _ in range(draw(st.integers(1, 3))):
        text = _mutated(text, draw)
    return text


def _mutated(text: str, draw: st.DrawFn) -> str:
    character: str = draw(_CHARACTERS)
    at = draw(st.integers(0, max(len(text) - 1, 0)))
    match draw(st.sampled_from(["replace", "insert", "delete", "truncate", "case", "swap", "double"])):
        case "replace":
            return text[:at] + character + text[at + 1 :]
        case "insert":
            return text[:at] + character + text[at:]
        case "delete":
            return text[:at] + text[at + 1 :]
        case "truncate":
            return text[:at]
        case "case":
            return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]
        case "swap":
            parts = text.split(".")
            return ".".join(draw(st.permutations(parts)))
    return f"{text}{draw(st.sampled_from(['.', ' ', ',', '=']))}{text}"


_CHARACTERS = st.sampled_from([*"AQgw019-_=+/. \t\n\0~", "é", "\ud800"])

AUTHORIZATIONS = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200).map(lambda octets: octets.decode("latin-1")),
    mutated_tokens(),
    resigned_tokens(),
    mutated_tokens().map("Bearer {}".format),
    resigned_tokens().map("bearer {}".format),
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
