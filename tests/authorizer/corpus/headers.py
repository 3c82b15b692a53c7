"""Attacks by way of header parameters that change what a token means."""

import json
from collections.abc import Iterator

from authorizer.denial import Reason
from testkit.encoding import compact_json
from testkit.tokens import ABSENT, header, sign, token

from .case import MARKER, Case, Keys, case, claims, group, headed

FORBIDDEN = Reason.FORBIDDEN_HEADER


@group("crit", at_least=12)
def crit(keys: Keys) -> Iterator[Case]:
    """CVE-2026-32597, CVE-2025-59420: what must be understood is not understood, so the token is rejected."""
    values: tuple[object, ...] = (
        *([], ["exp"], ["alg"], ["b64"], ["x"], ["x", "x"], [""], [1], [None], [[]]),
        *("exp", "", None, True, 0, {}, {"exp": True}, ["crit"], [MARKER]),
    )
    for value in values:
        yield case(json.dumps(value), FORBIDDEN, headed(keys, crit=value))
    yield case("with its parameter", FORBIDDEN, headed(keys, crit=["x"], x=1))
    yield case("with a URN", FORBIDDEN, headed(keys, crit=["urn:example:must"], **{"urn:example:must": True}))


@group("b64", at_least=8)
def b64(keys: Keys) -> Iterator[Case]:
    """RFC 7797, which RFC 7519 has no use for; CVE-2026-48525, GHSA-wphv-vfrh-23q5."""
    values: tuple[object, ...] = (False, True, None, "false", 0, [])
    for value in values:
        yield case(json.dumps(value), FORBIDDEN, headed(keys, b64=value))
        yield case(f"{json.dumps(value)} and crit", FORBIDDEN, headed(keys, b64=value, crit=["b64"]))
    head = token(keys.key, claims(), header(keys.key, b64=False, crit=["b64"])).split(".")[0]
    yield case("payload as it is", Reason.MALFORMED_TOKEN, sign(keys.key, f"{head}.{compact_json(claims()).decode()}"))
    yield case("payload of letters", FORBIDDEN, sign(keys.key, f"{head}.abcd"))
    yield case("no payload", FORBIDDEN, sign(keys.key, f"{head}."))


@group("typ", at_least=20)
def typ(keys: Keys) -> Iterator[Case]:
    """RFC 8725 section 3.11: a token for another purpose, signed by the same issuer, opens nothing here."""
    yield case("absent", Reason.UNEXPECTED_TYPE, headed(keys, typ=ABSENT))
    others = (
        "",
        "id_token+jwt",
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "token-introspection+jwt",
        "vc+sd-jwt",
        "JOSE",
    )
    near = (
        "JWT ",
        " JWT",
        "JW",
        "JWTT",
        "J\u0057T\0",
        "jwt+at",
        "at+jwt;v=1",
        "application/",
        "application/jwt/",
        "at jwt",
    )
    for text in (*others, *near, "application/application/jwt", "text/jwt", "*/*", "\uff2a\uff37\uff34", MARKER):
        yield case(repr(text), Reason.UNEXPECTED_TYPE, headed(keys, typ=text))
    odd: tuple[object, ...] = (None, 1, True, [], ["JWT"], {}, {"JWT": 1})
    for value in odd:
        yield case(json.dumps(value), Reason.MALFORMED_TOKEN, headed(keys, typ=value))


@group("x5t", at_least=8)
def x5t(keys: Keys) -> Iterator[Case]:
    """Of no use here, yet what is not text is no thumbprint (RFC 7515 sections 4.1.7 and 4.1.8)."""
    values: tuple[object, ...] = (None, 1, True, ["AAAA"], {"x": "AAAA"})
    for name in ("x5t", "x5t#S256"):
        for value in values:
            yield case(f"{name} {json.dumps(value)}", Reason.MALFORMED_TOKEN, headed(keys, **{name: value}))


GROUPS = (crit, b64, typ, x5t)
