"""Attacks in the claims of tokens that are well signed: mistakes of an issuer, or tokens for somebody else."""

import json
from collections.abc import Iterator

from authorizer.denial import Reason
from testkit.encoding import compact_json
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, token

from .case import MARKER, OTHER_ISSUER, Case, Keys, case, claims, group, signed

MALFORMED = Reason.MALFORMED_CLAIM

NOT_DATES: tuple[object, ...] = (
    *(None, True, False, "", str(NOW + 600), "9999999999", "tomorrow", [], [NOW + 600], {}, {"$date": NOW}),
    *(-1, -0.001, 253402300800, 10**20, 10**400, 1e300, NOW * 1000, (NOW + 600) * 10**9),
)

NOT_TEXT: tuple[object, ...] = (None, 0, 1, 1.5, True, False, [], ["x"], {}, {"x": "y"})


@group("exp", at_least=25)
def exp(keys: Keys) -> Iterator[Case]:
    """RFC 7519 section 4.1.4; a token without it would be good for ever."""
    yield case("absent", Reason.MISSING_CLAIM, signed(keys, exp=ABSENT))
    yield case(
        "under another name",
        Reason.MISSING_CLAIM,
        signed(keys, exp=ABSENT, Exp=NOW + 600, EXP=NOW + 600, expires=NOW + 600),
    )
    for value in NOT_DATES:
        yield case(_short(value), MALFORMED, signed(keys, exp=value))
    yield case("1e400", Reason.MALFORMED_TOKEN, _with_raw(keys, "exp", "1e400"))
    for value in (0, 1, NOW - 601, NOW - 1, NOW - 0.001, NOW, float(NOW)):
        yield case(f"{value - NOW:+} s", Reason.EXPIRED, signed(keys, exp=value))


@group("nbf", at_least=20)
def nbf(keys: Keys) -> Iterator[Case]:
    """RFC 7519 section 4.1.5."""
    for value in NOT_DATES:
        yield case(_short(value), MALFORMED, signed(keys, nbf=value))
    yield case("1e400", Reason.MALFORMED_TOKEN, _with_raw(keys, "nbf", "1e400"))
    for value in (NOW + 10.001, NOW + 11, NOW + 601, 253402300799):
        yield case(f"{value - NOW:+} s", Reason.NOT_YET_VALID, signed(keys, nbf=value))


@group("iat, age and lifetime", at_least=28)
def iat(keys: Keys) -> Iterator[Case]:
    """RFC 7519 section 4.1.6, and what the policy makes of it."""
    yield case("absent", Reason.MISSING_CLAIM, signed(keys, iat=ABSENT))
    for value in NOT_DATES:
        yield case(_short(value), MALFORMED, signed(keys, iat=value))
    yield case("1e400", Reason.MALFORMED_TOKEN, _with_raw(keys, "iat", "1e400"))
    for value in (NOW + 10.001, NOW + 11, NOW + 599):
        yield case(f"{value - NOW:+} s", Reason.ISSUED_IN_FUTURE, signed(keys, iat=value))
    for value in (0, NOW - 86400, NOW - 3601, NOW - 3600.001):
        yield case(f"{value - NOW:+} s", Reason.TOO_OLD, signed(keys, iat=value))
    for value in (NOW + 86400 - 59, NOW + 10**8, 253402300799):
        yield case(f"exp {value - NOW:+} s", Reason.LIFETIME_TOO_LONG, signed(keys, exp=value))


@group("iss", at_least=20)
def iss(keys: Keys) -> Iterator[Case]:
    """CVE-2024-53861: compared exactly, never as a part of something."""
    yield case("absent", Reason.MISSING_CLAIM, signed(keys, iss=ABSENT))
    near = (
        f"{ISSUER}/",
        ISSUER[:-1],
        f"{ISSUER}m",
        ISSUER[8:],
        f" {ISSUER}",
        f"{ISSUER} ",
        f"{ISSUER}\n",
        f"{ISSUER}\0",
    )
    tricks = (
        f"{ISSUER}.{MARKER}.example",
        f"{ISSUER}@{MARKER}.example",
        f"{ISSUER}#",
        f"{ISSUER}?",
        f"{ISSUER}:443",
        "*",
        ".",
    )
    case_and_scheme = (ISSUER.upper(), ISSUER.replace("auth", "Auth"), ISSUER.replace("https", "http"), "", MARKER)
    for text in (*near, *tricks, *case_and_scheme, ISSUER.replace("a", "\u0430", 1), f"{ISSUER},{OTHER_ISSUER}"):
        yield case(repr(text), Reason.WRONG_ISSUER, signed(keys, iss=text))
    for value in (*NOT_TEXT, [ISSUER], {ISSUER: 1}):
        yield case(json.dumps(value), MALFORMED, signed(keys, iss=value))


@group("aud", at_least=25)
def aud(keys: Keys) -> Iterator[Case]:
    """CVE-2020-26160; RFC 7519 section 4.1.3."""
    yield case("absent", Reason.MISSING_CLAIM, signed(keys, aud=ABSENT))
    near = (
        "order",
        "orderss",
        "Orders",
        "ORDERS",
        "orders ",
        " orders",
        "orders\0",
        "orders,invoices",
        "orders invoices",
        "*",
    )
    for text in (*near, "", "rders", "\u03bfrders", MARKER):
        yield case(repr(text), Reason.WRONG_AUDIENCE, signed(keys, aud=text))
        yield case(f"[{text!r}]", Reason.WRONG_AUDIENCE, signed(keys, aud=[text]))
    yield case("[]", Reason.WRONG_AUDIENCE, signed(keys, aud=[]))
    yield case("many others", Reason.WRONG_AUDIENCE, signed(keys, aud=[f"aud-{number}" for number in range(40)]))
    mixed: tuple[object, ...] = (
        [AUDIENCE, 1],
        [AUDIENCE, None],
        [None, AUDIENCE],
        [[AUDIENCE]],
        [AUDIENCE, []],
        [AUDIENCE, {}],
    )
    others: tuple[object, ...] = (
        None,
        0,
        1.5,
        True,
        {},
        {AUDIENCE: 1},
        {"aud": AUDIENCE},
        [[[AUDIENCE]]],
        [True],
        [{}],
    )
    for value in (*mixed, *others):
        yield case(json.dumps(value), MALFORMED, signed(keys, aud=value))


@group("sub and jti", at_least=20)
def sub_and_jti(keys: Keys) -> Iterator[Case]:
    """RFC 7519 sections 4.1.2 and 4.1.7; ``sub`` is required here."""
    yield case("sub absent", Reason.MISSING_CLAIM, signed(keys, sub=ABSENT))
    yield case("sub empty", Reason.MISSING_CLAIM, signed(keys, sub=""))
    for value in NOT_TEXT:
        yield case(f"sub {json.dumps(value)}", MALFORMED, signed(keys, sub=value))
        yield case(f"jti {json.dumps(value)}", MALFORMED, signed(keys, jti=value))


@group("expected values", at_least=12)
def expected_values(keys: Keys) -> Iterator[Case]:
    """Present is not enough: the value counts, and its type."""
    yield case("absent", Reason.MISSING_CLAIM, signed(keys, client_id=ABSENT))
    others: tuple[object, ...] = (
        "",
        "we",
        "webb",
        "Web",
        "web ",
        "web,app",
        MARKER,
        None,
        0,
        True,
        ["we", "Web"],
        [["web"]],
        {"web": 1},
        [],
    )
    for value in others:
        yield case(json.dumps(value), Reason.UNEXPECTED_VALUE, signed(keys, client_id=value))
    yield case("in a list", None, signed(keys, client_id=["we", "web"]))


@group("cnf", at_least=8)
def confirmation(keys: Keys) -> Iterator[Case]:
    """RFC 7800: bound to a key of its holder, so that it is no bearer token; RFC 8705 section 3.1, RFC 9449 section 6."""
    methods = ("jkt", "x5t#S256", "jwk", "kid", MARKER)
    values: tuple[object, ...] = (*({method: "0" * 43} for method in methods), {}, None, "", [], True)
    for value in values:
        yield case(_short(value), Reason.UNCHECKED_CONFIRMATION, signed(keys, cnf=value))


@group("scope", at_least=25)
def scope(keys: Keys) -> Iterator[Case]:
    """Whole scope tokens, case and all (RFC 6749 section 3.3)."""
    yield case("absent", Reason.INSUFFICIENT_SCOPE, signed(keys, scope=ABSENT))
    near = (
        "orders:rea",
        "orders:reads",
        "xorders:read",
        "orders",
        "read",
        "Orders:Read",
        "orders:*",
        "*",
        "orders:read,x",
    )
    separators = ("orders:read\tx", "orders:read\nx", "orders:read\u00a0x", "orders:read+x", "orders:read%20x")
    for text in (*near, *separators, "", " ", MARKER):
        yield case(repr(text), Reason.INSUFFICIENT_SCOPE, signed(keys, scope=text))
        yield case(f"scp [{text!r}]", Reason.INSUFFICIENT_SCOPE, signed(keys, scope=ABSENT, scp=[text]))
    yield case("scp not split", Reason.INSUFFICIENT_SCOPE, signed(keys, scope=ABSENT, scp=["x orders:read"]))
    yield case("one of two", Reason.INSUFFICIENT_SCOPE, case_token := signed(keys, scope="orders:read"), "PUT /orders")
    yield case("none of two", Reason.INSUFFICIENT_SCOPE, case_token, "POST /orders")
    others: tuple[object, ...] = (
        None,
        0,
        True,
        {},
        {"orders:read": True},
        [1],
        ["orders:read", None],
        [["orders:read"]],
    )
    for value in others:
        yield case(f"scope {json.dumps(value)}", MALFORMED, signed(keys, scope=value))
        yield case(f"scp {json.dumps(value)}", MALFORMED, signed(keys, scp=value))
    yield case("scope as a list", MALFORMED, signed(keys, scope=["orders:read"]))


@group("context: control characters", at_least=20)
def control_characters(keys: Keys) -> Iterator[Case]:
    """On their way to a backend's log, or to a header; and what shows text in another order than it has."""
    texts = (
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\x1b[31m",
        "\x08",
        "\x7f",
        "\x85",
        "\x9b",
        "\u2028",
        "\u2029",
        *"\u202a\u202b\u202c\u202d\u202e",
        *"\u2066\u2067\u2068\u2069",
    )
    for text in texts:
        yield case(f"sub {text!r}", MALFORMED, signed(keys, sub=f"{MARKER}{text}x"))
        yield case(f"note [..., {text!r}]", MALFORMED, signed(keys, note=[MARKER, f"x{text}"]))
    yield case("a header", MALFORMED, signed(keys, note=f"x\r\nX-Admin: {MARKER}"))
    yield case("a line of a log", MALFORMED, signed(keys, sub=f'x"}}\n{{"level":"INFO","Reason":"{MARKER}"}}'))
    for name, number in {"2^53": 2**53, "-2^53": -(2**53), "10^400": 10**400, "1e300": 1e300}.items():
        yield case(f"note {name}", MALFORMED, signed(keys, note=number))


@group("context: too large", at_least=2, algorithms=("ES256", "ES384", "ES512", "ES256K", "RS256", "PS512", "EdDSA"))
def too_large(keys: Keys) -> Iterator[Case]:
    """A bound of this project, below what API Gateway would truncate or reject."""
    for length in (4096, 5000):
        yield case(f"{length} characters", Reason.CONTEXT_TOO_LARGE, signed(keys, note="x" * length))
    yield case("in two claims", Reason.CONTEXT_TOO_LARGE, signed(keys, note="x" * 2048, sub="y" * 2048))
    yield case("in a list", Reason.CONTEXT_TOO_LARGE, signed(keys, note=["x" * 100] * 41))


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) < 40 else f"{text[:8]}... ({len(text)} digits)"


def _with_raw(keys: Keys, name: str, number: str) -> str:
    return token(keys.key, compact_json(claims(**{name: 987654321})).replace(b"987654321", number.encode()))


GROUPS = (exp, nbf, iat, iss, aud, sub_and_jti, expected_values, confirmation, scope, control_characters, too_large)
