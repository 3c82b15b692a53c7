"""What must be allowed: a verifier that denies everything passes every attack."""

from collections.abc import Iterator

from testkit.encoding import compact_json
from testkit.tokens import ABSENT, ISSUER, NOW, header, token

from ..gateway_events import bearer, recorded, request
from .case import MARKER, OTHER_ISSUER, Case, Keys, case, claims, group, headed, signed

NAMES = (
    "\u5c71\u7530\u3000\u592a\u90ce",  # Japanese, with an ideographic space
    "Jean\u00a0Dupont",
    "\u0646\u0627\u0632\u0646\u06cc\u0646\u200c\u0632\u0647\u0631\u0627",  # Persian, with a zero width non-joiner
    "\u0d28\u0d3e\u0d30\u0d3e\u0d2f\u0d23\u0d28\u0d4d\u200d",  # Malayalam, with a zero width joiner
    "\u05d3\u05d5\u05d3\u200f (1)",  # Hebrew, with a right-to-left mark
    "\u0639\u0644\u064a\u061c 2",  # Arabic, with an Arabic letter mark
    "Zo\u00eb\u200e \U0001f469\u200d\U0001f680",  # a left-to-right mark, and an emoji of several
)
"""As people write them, with what Python calls unprintable."""


@group("let in: tokens", at_least=30)
def good_tokens(keys: Keys) -> Iterator[Case]:
    """At the edge of each rule, on the right side."""
    yield case("as issuers make them", None, token(keys.key, claims()))
    yield case("of the second key", None, token(keys.second, claims()))
    for typ in ("at+jwt", "AT+JWT", "jwt", "application/at+jwt", "Application/JWT"):
        yield case(f"typ {typ}", None, headed(keys, typ=typ))
    yield case("another order of the header", None, token(keys.key, claims(), dict(reversed(header(keys.key).items()))))
    yield case("unknown header parameters", None, headed(keys, x=1, x5t="AAAA", **{"x5t#S256": "AAAA", "nonce": "n"}))
    yield case("spaced JSON", None, token(keys.key, compact_json(claims()).replace(b",", b" ,\r\n\t")))
    yield case("escaped JSON", None, token(keys.key, compact_json(claims()).replace(b"sub", rb"\u0073ub")))
    yield case("15 levels", None, signed(keys, x=[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]))
    yield case(
        "text of all kinds", None, signed(keys, sub='Zo\u00eb \U0001f511 \\ "quoted" <&> \u65e5\u672c', x="\n\0\u2028")
    )
    for aud in ("invoices", ["orders"], ["x", "orders"], ["orders", "invoices"], ["orders", "orders"]):
        yield case(f"aud {aud}", None, signed(keys, aud=aud))
    for iss in (ISSUER, OTHER_ISSUER):
        yield case(f"iss {iss}", None, signed(keys, iss=iss))
    yield case("exp in a second", None, signed(keys, exp=NOW + 1))
    yield case("exp, fractional", None, signed(keys, exp=NOW + 600.5))
    yield case(
        "exp, an exponent", None, token(keys.key, compact_json(claims(exp=ABSENT))[:-1] + b',"exp":1.8000006e9}')
    )
    yield case("the longest lifetime", None, signed(keys, iat=NOW - 60, exp=NOW + 86340))
    yield case("the greatest age", None, signed(keys, iat=NOW - 3600))
    for ahead in (0, 0.001, 1, 10):
        yield case(f"iat and nbf {ahead} s ahead", None, signed(keys, iat=NOW + ahead, nbf=NOW + ahead))
    yield case("the largest number", None, signed(keys, x=1.7976931348623157e308))
    yield case("nbf of 1970", None, signed(keys, nbf=0))
    yield case("no nbf", None, signed(keys, nbf=ABSENT))
    yield case("no jti", None, signed(keys, jti=ABSENT))
    yield case("client_id app", None, signed(keys, client_id="app"))
    yield case("unknown claims", None, signed(keys, email="x@example.com", groups=["a"], address={"x": None}, roles=[]))
    yield case("a note", None, signed(keys, note=f"{MARKER} note"))
    yield case("a note that is a list", None, signed(keys, note=[f"{MARKER} note", ""]))
    yield case("a note that is left out", None, signed(keys, note=["\n", None]))
    for name in NAMES:
        yield case(f"sub {name!r}", None, signed(keys, sub=name))
    yield case("a note that is a number", None, signed(keys, note=2**53 - 1))
    grants: dict[str, dict[str, object]] = {
        "one scope": {"scope": "orders:read"},
        "among others": {"scope": "a orders:read b"},
        "scp": {"scope": ABSENT, "scp": ["x", "orders:read"]},
        "scp, text": {"scope": ABSENT, "scp": "x orders:read"},
        "in both": {"scope": "x", "scp": ["orders:read"]},
    }
    for name, changes in grants.items():
        yield case(f"scope: {name}", None, signed(keys, **changes))
    yield case("all of two scopes", None, signed(keys, scope="orders:write orders:read"), "PUT /orders")
    yield case("any of two scopes", None, signed(keys, scope="admin"), "POST /orders")
    yield case("no scope asked for", None, signed(keys, scope=ABSENT), "GET /ping")


@group("let in: requests", at_least=10)
def good_requests(keys: Keys) -> Iterator[Case]:
    """Every way to write the header that RFC 6750 and RFC 9110 know, and the bare token."""
    good = token(keys.key, claims())
    for value in (f"Bearer {good}", f"bearer {good}", f"BEARER {good}", f"bEaReR {good}", f"Bearer   {good}", good):
        yield Case(repr(value[:12]), None, request(value), None)
    for name in ("Authorization", "AUTHORIZATION", "aUtHoRiZaTiOn"):
        yield Case(name, None, request(None, headers={"x": "y", name: f"Bearer {good}"}), None)
    for sources in (None, [], "", [f"Bearer {good}"], ["x", f" Bearer {good}\t"], f"Bearer {good}"):
        event = request(f"Bearer {good}", identitySource=sources)
        yield Case(f"identity sources {str(sources)[:14]!r}", None, event, None)
    yield Case("no request context", None, bearer(good) | {"requestContext": None}, None)
    for name in ("minimal", "cookies", "multi_value_headers"):
        yield Case(f"recorded: {name}", None, recorded(name, good), None)


GROUPS = (good_tokens, good_requests)
